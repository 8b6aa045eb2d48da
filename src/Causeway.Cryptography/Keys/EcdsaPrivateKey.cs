using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Keys;

/// <summary>A NIST P-256 private key, encoded as an ECPrivateKey (RFC 5915) with curve and public key. Signatures are deterministic (RFC 6979).</summary>
internal sealed class EcdsaPrivateKey : PrivateKey
{
    private const int ScalarStart = 7;
    private const int MiddleStart = ScalarStart + EcdsaCurve.ScalarSize;
    private const int PointStart = MiddleStart + 17;
    private const int Size = PointStart + EcdsaCurve.UncompressedSize;

    private readonly SecretBytes _scalar;
    private readonly EcdsaPublicKey _publicKey;

    private EcdsaPrivateKey(SecretBytes scalar)
    {
        _scalar = scalar;
        Span<byte> point = stackalloc byte[EcdsaCurve.UncompressedSize];
        EcdsaCurve.P256.WritePublicKey(scalar.Span, point);
        _publicKey = new EcdsaPublicKey([.. EcdsaEncoding.PublicPrefix, .. point]);
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey => _publicKey;

    /// <inheritdoc/>
    public override int MaxSignatureSize => DerSignature.MaxSize;

    /// <inheritdoc/>
    public override int Sign(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        CheckDestination(destination);
        Span<byte> r = stackalloc byte[EcdsaCurve.ScalarSize];
        Span<byte> s = stackalloc byte[EcdsaCurve.ScalarSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        EcdsaCurve.P256.Sign(_scalar.Span, hash, r, s);
        return DerSignature.Encode(r, s, destination);
    }

    /// <inheritdoc/>
    public override void Dispose() => _scalar.Dispose();

    internal static EcdsaPrivateKey Generate(RandomSource random) => new(EcdsaCurve.P256.NewScalar(random));

    internal static EcdsaPrivateKey FromRaw(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != Size || !raw.StartsWith(EcdsaEncoding.PrivatePrefix) || !raw[MiddleStart..].StartsWith(EcdsaEncoding.PrivateMiddle))
            throw new FormatException("An ECDSA private key is an ECPrivateKey of P-256 in DER, with curve and uncompressed public key, 121 bytes.");
        var scalar = raw.Slice(ScalarStart, EcdsaCurve.ScalarSize);
        if (!EcdsaCurve.P256.IsScalar(scalar))
            throw new FormatException("The ECDSA private key is not a number above zero and below the curve's order.");

        var key = new EcdsaPrivateKey(new SecretBytes(scalar));
        if (key._publicKey.Point.SequenceEqual(raw[PointStart..])) return key;
        key.Dispose();
        throw new FormatException("The ECDSA private key carries a public key that does not belong to it.");
    }

    // Written field by field: a collection expression of these parts would leave copies of the scalar behind.
    internal override byte[] ExportRaw()
    {
        var raw = new byte[Size];
        EcdsaEncoding.PrivatePrefix.CopyTo(raw);
        _scalar.Span.CopyTo(raw.AsSpan(ScalarStart));
        EcdsaEncoding.PrivateMiddle.CopyTo(raw.AsSpan(MiddleStart));
        _publicKey.Point.CopyTo(raw.AsSpan(PointStart));
        return raw;
    }
}
