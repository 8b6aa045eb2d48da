using System.Collections.Immutable;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>What all handshakes of one member share. Safe to share between threads.</summary>
public sealed class HandshakeContext
{
    private readonly long _start;
    private readonly Lock _lock = new();
    private volatile HandshakeParameters _parameters = new();
    private ulong _lastTime;

    /// <summary>A context for the holder of <paramref name="key"/>, which stays the caller's to dispose of.</summary>
    /// <param name="key">The member's signing key.</param>
    /// <param name="time">The clock; the system's if there is none.</param>
    /// <param name="random">Where keys, nonces and jitter come from; the system's generator if there is none.</param>
    public HandshakeContext(HybridSigningKey key, TimeProvider? time = null, RandomSource? random = null)
    {
        Key = key;
        Self = TunnelPeerId.FromPublicKey(key.PublicKey);
        Time = time ?? TimeProvider.System;
        Random = random ?? RandomSource.System;
        _start = Time.GetTimestamp();
    }

    /// <summary>The member's signing key.</summary>
    public HybridSigningKey Key { get; }

    /// <summary>The member's peer ID.</summary>
    public TunnelPeerId Self { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where keys, nonces and jitter come from.</summary>
    public RandomSource Random { get; }

    /// <summary>The same for keys and signatures; null for the system's, so that an implementation that always draws by itself may be used.</summary>
    internal RandomSource? KeyRandom => ReferenceEquals(Random, RandomSource.System) ? null : Random;

    /// <summary>The suites to offer and to accept, in order of preference. Default: those that suit this processor.</summary>
    public ImmutableArray<TunnelSuite> Suites { get; init; } = TunnelSuites.Supported;

    /// <summary>What this member can do. Default: nothing special.</summary>
    public TunnelCapabilities Capabilities { get; init; }

    /// <summary>What this member proposes and says of itself; may be replaced at any time, for handshakes from then on.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public HandshakeParameters Parameters
    {
        get => _parameters;
        set => _parameters = value.IsValid ? value : throw new ArgumentException("A parameter of the handshake is out of its range.", nameof(value));
    }

    /// <summary>The time since this context was made, on a clock that never goes back: deadlines are in it.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_start);

    /// <summary>The wall clock, in milliseconds since 1970.</summary>
    public ulong WallClock => (ulong)Math.Max(0, Time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>A timestamp of the clock, as <see cref="Now"/> counts.</summary>
    internal TimeSpan ToElapsed(long timestamp) => Time.GetElapsedTime(_start, timestamp);

    /// <summary>
    /// The time for a HELLO: the wall clock, but later than that of every HELLO before, which the responder demands (§3.4) and two of one millisecond,
    /// or a clock set back a little, would not be.
    /// </summary>
    internal ulong NextHelloTime()
    {
        lock (_lock) return _lastTime = Math.Max(WallClock, _lastTime + 1);
    }
}
