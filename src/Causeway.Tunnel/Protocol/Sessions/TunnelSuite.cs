namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>
/// The algorithms of a session (docs/protocol/tunnel.md §3.2). All agree on keys with ML-KEM-1024 and X25519, sign with ML-DSA-87 and Ed25519, and hash
/// with SHA-512; they differ in the cipher for frames. The values are those on the wire.
/// </summary>
public enum TunnelSuite : ushort
{
    /// <summary>No suite; never on the wire.</summary>
    None = 0,

    /// <summary>Frames under ChaCha20-Poly1305 (RFC 8439).</summary>
    ChaCha20Poly1305 = 0x0001,

    /// <summary>Frames under AES-256-GCM; offered only by processors that have instructions for it.</summary>
    Aes256Gcm = 0x0002,
}
