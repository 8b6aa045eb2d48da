using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Secrets;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>What a side brings into a handshake.</summary>
internal sealed record HandshakeKeys
{
    /// <summary>Our static key; not owned.</summary>
    public X25519PrivateKey? Static { get; init; }

    /// <summary>Our ephemeral key where a test fixes it; otherwise a fresh one is drawn.</summary>
    public X25519PrivateKey? Ephemeral { get; init; }

    /// <summary>The other side's static public key, where the pattern presumes it.</summary>
    public ReadOnlyMemory<byte> RemoteStatic { get; init; }

    /// <summary>Pre-shared keys of 32 bytes, in the order of their use.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> PresharedKeys { get; init; } = [];

    /// <summary>Data that both sides must agree on.</summary>
    public ReadOnlyMemory<byte> Prologue { get; init; }

    /// <summary>Where the ephemeral key comes from.</summary>
    public RandomSource Random { get; init; } = RandomSource.System;
}
