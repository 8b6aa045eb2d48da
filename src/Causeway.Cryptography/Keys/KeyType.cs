namespace Causeway.Cryptography.Keys;

/// <summary>The key types of libp2p, with the numbers of its key protobuf (libp2p specs, <c>peer-ids/peer-ids.md</c>).</summary>
public enum KeyType
{
    /// <summary>RSA, PKCS #1 v1.5 signatures over SHA-256; moduli of 2048 to 8192 bits.</summary>
    Rsa = 0,

    /// <summary>Ed25519 (RFC 8032). The default.</summary>
    Ed25519 = 1,

    /// <summary>ECDSA over secp256k1 with SHA-256, DER signatures, low S.</summary>
    Secp256k1 = 2,

    /// <summary>ECDSA over NIST P-256 with SHA-256, DER signatures.</summary>
    Ecdsa = 3,
}
