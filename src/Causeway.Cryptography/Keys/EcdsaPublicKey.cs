using System.Security.Cryptography;

namespace Causeway.Cryptography.Keys;

/// <summary>A NIST P-256 public key in DER PKIX form. Signatures are DER over the message's SHA-256.</summary>
internal sealed class EcdsaPublicKey : PublicKey
{
    private const int CoordinateSize = 32;
    private readonly byte[] _raw;
    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    internal EcdsaPublicKey(ReadOnlySpan<byte> raw)
    {
        var prefix = EcdsaEncoding.PublicPrefix;
        if (raw.Length != prefix.Length + (2 * CoordinateSize) || !raw.StartsWith(prefix))
            throw new FormatException("An ECDSA public key is an uncompressed point of P-256 in DER PKIX form, 91 bytes.");

        var point = raw[prefix.Length..];
        try
        {
            _key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..CoordinateSize].ToArray(), Y = point[CoordinateSize..].ToArray() },
            });
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("The ECDSA public key is not a point of P-256.", failure);
        }

        _raw = raw.ToArray();
    }

    /// <inheritdoc/>
    public override KeyType Type => KeyType.Ecdsa;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Raw => _raw;

    /// <summary>The two coordinates, 64 bytes.</summary>
    internal ReadOnlySpan<byte> Point => _raw.AsSpan(EcdsaEncoding.PublicPrefix.Length);

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> scalars = stackalloc byte[2 * DerSignature.ScalarSize];
        if (!DerSignature.TryDecode(signature, scalars[..DerSignature.ScalarSize], scalars[DerSignature.ScalarSize..])) return false;

        // The framework's key objects promise nothing about use by several threads.
        lock (_lock) return _key.VerifyData(message, scalars, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
