using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>What a rekey needs to know of its session. Durations are in timestamps of the session's clock.</summary>
internal sealed record RekeySettings
{
    /// <summary>The session.</summary>
    internal required SessionId Session { get; init; }

    /// <summary>This member's key.</summary>
    internal required HybridSigningKey Identity { get; init; }

    /// <summary>The peer's key.</summary>
    internal required HybridPublicKey Peer { get; init; }

    /// <summary>Where keys, nonces and jitter come from.</summary>
    internal required RandomSource Random { get; init; }

    /// <summary>How long an epoch lasts.</summary>
    internal required long Rotation { get; init; }

    /// <summary>The silence after which a session is dead: no rekey can be expected to come through meanwhile.</summary>
    internal required long Silence { get; init; }

    /// <summary>How long the epoch before is still opened.</summary>
    internal required long Grace { get; init; }

    /// <summary>After how long REKEY, REKEY_DONE and REKEY_REQUEST are repeated.</summary>
    internal required long Repetition { get; init; }

    /// <summary>The epoch after which a new handshake is needed.</summary>
    internal required ushort LastEpoch { get; init; }
}
