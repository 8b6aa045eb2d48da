using Causeway.Cryptography.Hybrid;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>Lengths in bytes that several handshake messages share (docs/protocol/tunnel.md §1 and §3.1).</summary>
public static class HandshakeSizes
{
    /// <summary>The version of the protocol, the second byte of every message.</summary>
    public const byte Version = 1;

    /// <summary>The tag of the message that one answers: the first bytes of a transcript hash.</summary>
    public const int Tag = 8;

    /// <summary>A hybrid public key.</summary>
    public const int PublicKey = HybridPublicKey.Size;

    /// <summary>A hybrid signature.</summary>
    public const int Signature = HybridPublicKey.SignatureSize;

    /// <summary>An X25519 key.</summary>
    public const int X25519Key = 32;

    /// <summary>An ML-KEM-1024 encapsulation key, and as many for a ciphertext (FIPS 203, table 3).</summary>
    public const int EncapsulationKey = 1568;

    /// <summary>An ML-KEM-1024 ciphertext.</summary>
    public const int Ciphertext = 1568;

    /// <summary>A key confirmation.</summary>
    public const int Confirmation = 32;

    /// <summary>A transcript hash.</summary>
    public const int TranscriptHash = 64;
}
