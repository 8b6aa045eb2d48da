using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions.Epochs;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>What a session takes from its surroundings, and constants of the protocol that tests shorten (docs/protocol/tunnel.md §8).</summary>
public sealed record SessionOptions
{
    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where keys, nonces and jitter come from. Default: the system's generator.</summary>
    public RandomSource Random { get; init; } = RandomSource.System;

    /// <summary>What an epoch may carry. Both ends must have the same.</summary>
    public EpochLimits Limits { get; init; } = EpochLimits.Default;

    /// <summary>How long the epoch before is still opened. Default: 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long messages of a rekey are repeated. Default: 2 s.</summary>
    public TimeSpan RekeyRepetition { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how many heartbeat intervals without an authentic frame a session is dead. Default: 3.</summary>
    public int SilentIntervals { get; init; } = 3;

    /// <summary>The last epoch; after it a new handshake is needed. Default: 65 535.</summary>
    public ushort LastEpoch { get; init; } = ushort.MaxValue;
}
