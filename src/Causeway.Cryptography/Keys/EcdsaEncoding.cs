namespace Causeway.Cryptography.Keys;

/// <summary>
/// The constant parts of P-256 keys in DER. With one curve and one point form every field has a fixed length, so a key is read by comparing these and
/// cannot have a second encoding.
/// </summary>
internal static class EcdsaEncoding
{
    /// <summary>The first byte of an uncompressed point (SEC 1, section 2.3.3).</summary>
    internal const byte Uncompressed = 4;

    /// <summary>
    /// SubjectPublicKeyInfo (RFC 5480, section 2): SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING }, up to the uncompressed
    /// point of 65 bytes.
    /// </summary>
    internal static ReadOnlySpan<byte> PublicPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
        0x03, 0x42, 0x00,
    ];

    /// <summary>ECPrivateKey (RFC 5915, section 3): SEQUENCE { 1, OCTET STRING }; 32 bytes of scalar follow.</summary>
    internal static ReadOnlySpan<byte> PrivatePrefix => [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20];

    /// <summary>What follows the scalar: [0] { prime256v1 }, [1] { BIT STRING }, up to the uncompressed point of 65 bytes.</summary>
    internal static ReadOnlySpan<byte> PrivateMiddle =>
    [
        0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0x00,
    ];
}
