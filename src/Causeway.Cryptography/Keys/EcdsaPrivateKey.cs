using System.Security.Cryptography;

namespace Causeway.Cryptography.Keys;

/// <summary>A NIST P-256 private key, encoded as an ECPrivateKey (RFC 5915) with curve and public key.</summary>
internal sealed class EcdsaPrivateKey : PrivateKey
{
    private const int ScalarSize = 32;
    private readonly ECDsa _key;
    private readonly EcdsaPublicKey _publicKey;
    private readonly Lock _lock = new();

    private EcdsaPrivateKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        _publicKey = new EcdsaPublicKey([.. EcdsaEncoding.PublicPrefix, .. point.X!, .. point.Y!]);
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey => _publicKey;

    /// <inheritdoc/>
    public override int MaxSignatureSize => DerSignature.MaxSize;

    /// <inheritdoc/>
    public override int Sign(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        CheckDestination(destination);
        Span<byte> scalars = stackalloc byte[2 * ScalarSize];
        lock (_lock) _ = _key.SignData(message, scalars, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return DerSignature.Encode(scalars[..ScalarSize], scalars[ScalarSize..], destination);
    }

    /// <inheritdoc/>
    public override void Dispose() => _key.Dispose();

    internal static EcdsaPrivateKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    internal static EcdsaPrivateKey FromRaw(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> prefix = EcdsaEncoding.PrivatePrefix, middle = EcdsaEncoding.PrivateMiddle;
        var middleStart = prefix.Length + ScalarSize;
        var pointStart = middleStart + middle.Length;
        if (raw.Length != pointStart + (2 * ScalarSize) || !raw.StartsWith(prefix) || !raw[middleStart..].StartsWith(middle))
            throw new FormatException("An ECDSA private key is an ECPrivateKey of P-256 in DER, with curve and uncompressed public key, 121 bytes.");

        var key = new EcdsaPrivateKey(Import(raw.Slice(prefix.Length, ScalarSize)));
        if (key._publicKey.Point.SequenceEqual(raw[pointStart..])) return key;
        key.Dispose();
        throw new FormatException("The ECDSA private key carries a public key that does not belong to it.");
    }

    internal override byte[] ExportRaw()
    {
        lock (_lock)
        {
            var scalar = _key.ExportParameters(includePrivateParameters: true).D!;
            try
            {
                return [.. EcdsaEncoding.PrivatePrefix, .. scalar, .. EcdsaEncoding.PrivateMiddle, .. _publicKey.Point];
            }
            finally
            {
                CryptographicOperations.ZeroMemory(scalar);
            }
        }
    }

    private static ECDsa Import(ReadOnlySpan<byte> scalar)
    {
        var copy = GC.AllocateArray<byte>(ScalarSize, pinned: true);
        scalar.CopyTo(copy);
        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = copy });
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("The ECDSA private key is not a number above zero and below the curve's order.", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }
}
