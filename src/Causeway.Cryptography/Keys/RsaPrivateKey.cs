using System.Security.Cryptography;

namespace Causeway.Cryptography.Keys;

/// <summary>An RSA private key, encoded in DER as a PKCS #1 RSAPrivateKey (RFC 8017, appendix A.1.2).</summary>
internal sealed class RsaPrivateKey : PrivateKey
{
    private readonly RSA _key;
    private readonly RsaPublicKey _publicKey;
    private readonly Lock _lock = new();

    private RsaPrivateKey(RSA key)
    {
        _key = key;
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
    public override void Dispose() => _key.Dispose();

    internal static RsaPrivateKey Generate() => new(RSA.Create(RsaPublicKey.MinKeySize));

    internal static RsaPrivateKey FromRaw(ReadOnlySpan<byte> raw)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportRSAPrivateKey(raw, out _);
            var key = new RsaPrivateKey(rsa);
            key.CheckEncoding(raw);
            key.CheckPair();
            return key;
        }
        catch (CryptographicException failure)
        {
            rsa.Dispose();
            throw new FormatException("The RSA private key is not a PKCS #1 key in DER.", failure);
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    internal override byte[] ExportRaw()
    {
        lock (_lock) return _key.ExportRSAPrivateKey();
    }

    private void CheckEncoding(ReadOnlySpan<byte> raw)
    {
        var encoded = ExportRaw();
        var same = CryptographicOperations.FixedTimeEquals(encoded, raw);
        CryptographicOperations.ZeroMemory(encoded);
        if (!same) throw new FormatException("The RSA private key is not in DER, or something follows it.");
    }

    // The numbers of a private key depend on each other; a signature that verifies shows that these do.
    private void CheckPair()
    {
        ReadOnlySpan<byte> probe = "Do both halves belong together?"u8;
        if (!_publicKey.Verify(probe, Sign(probe))) throw new FormatException("The RSA private key carries a public key that does not belong to it.");
    }
}
