using System.Formats.Asn1;
using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Keys;

/// <summary>
/// An RSA private key, encoded in DER as a PKCS #1 RSAPrivateKey (RFC 8017, appendix A.1.2). The encoding is kept, since the framework leaves copies
/// of what it exports behind; so only <see cref="Generate"/> exports, once.
/// </summary>
internal sealed class RsaPrivateKey : PrivateKey
{
    private readonly RSA _key;
    private readonly SecretBytes _encoded;
    private readonly RsaPublicKey _publicKey;
    private readonly Lock _lock = new();

    private RsaPrivateKey(RSA key, SecretBytes encoded)
    {
        _key = key;
        _encoded = encoded;
        _publicKey = new RsaPublicKey(key.ExportSubjectPublicKeyInfo());
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey => _publicKey;

    /// <inheritdoc/>
    public override int MaxSignatureSize => _publicKey.ModulusSize;

    /// <inheritdoc/>
    public override int Sign(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        CheckDestination(destination);
        lock (_lock) return _key.SignData(message, destination, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _encoded.Dispose();
        _key.Dispose();
    }

    internal static RsaPrivateKey Generate()
    {
        var rsa = RSA.Create(RsaPublicKey.MinKeySize);
        using var buffer = new SecretBytes(KeyProtobuf.MaxDataLength);
        return rsa.TryExportRSAPrivateKey(buffer.Span, out var length)
            ? new RsaPrivateKey(rsa, new SecretBytes(buffer.Span[..length]))
            : throw new CryptographicException("The generated RSA key is too long to be encoded.");
    }

    internal static RsaPrivateKey FromRaw(ReadOnlySpan<byte> raw)
    {
        var encoded = new SecretBytes(raw);
        var rsa = RSA.Create();
        try
        {
            CheckEncoding(raw);
            rsa.ImportRSAPrivateKey(raw, out _);
            var key = new RsaPrivateKey(rsa, encoded);
            key.CheckPair();
            return key;
        }
        catch (Exception failure)
        {
            encoded.Dispose();
            rsa.Dispose();
            if (failure is AsnContentException or CryptographicException)
                throw new FormatException("The RSA private key is not a PKCS #1 key in DER.", failure);
            throw;
        }
    }

    internal override byte[] ExportRaw() => _encoded.Span.ToArray();

    // SEQUENCE { 0, n, e, d, p, q, d mod (p - 1), d mod (q - 1), 1/q mod p } and nothing more; the framework's reader is more lenient than DER.
    private static void CheckEncoding(ReadOnlySpan<byte> raw)
    {
        AsnDecoder.ReadSequence(raw, AsnEncodingRules.DER, out var offset, out var length, out var consumed);
        var rest = raw.Slice(offset, length);
        var version = AsnDecoder.ReadIntegerBytes(rest, AsnEncodingRules.DER, out var size);
        var valid = consumed == raw.Length && version is [0];
        for (var number = 0; number < 8; number++)
        {
            rest = rest[size..];
            valid &= AsnDecoder.ReadIntegerBytes(rest, AsnEncodingRules.DER, out size)[0] < 0x80;
        }

        if (!valid || size != rest.Length) throw new FormatException("The RSA private key is not eight positive numbers in DER, or something follows it.");
    }

    // The numbers of a private key depend on each other; a signature that verifies shows that these do.
    private void CheckPair()
    {
        ReadOnlySpan<byte> probe = "Do both halves belong together?"u8;
        if (!_publicKey.Verify(probe, Sign(probe))) throw new FormatException("The RSA private key carries a public key that does not belong to it.");
    }
}
