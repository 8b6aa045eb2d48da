using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Keys;

/// <summary>A NIST P-256 public key in DER PKIX form. Signatures are DER over the message's SHA-256.</summary>
internal sealed class EcdsaPublicKey : PublicKey
{
    private readonly byte[] _raw;
    private readonly SafeEcPoint _point;

    internal EcdsaPublicKey(ReadOnlySpan<byte> raw)
    {
        var prefix = EcdsaEncoding.PublicPrefix;
        if (raw.Length != prefix.Length + EcdsaCurve.UncompressedSize || !raw.StartsWith(prefix) || raw[prefix.Length] != EcdsaEncoding.Uncompressed)
            throw new FormatException("An ECDSA public key is an uncompressed point of P-256 in DER PKIX form, 91 bytes.");
        _point = EcdsaCurve.P256.ReadPoint(raw[prefix.Length..]) ?? throw new FormatException("The ECDSA public key is not a point of P-256.");
        _raw = raw.ToArray();
    }

    /// <inheritdoc/>
    public override KeyType Type => KeyType.Ecdsa;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Raw => _raw;

    /// <summary>The uncompressed point, 65 bytes.</summary>
    internal ReadOnlySpan<byte> Point => _raw.AsSpan(EcdsaEncoding.PublicPrefix.Length);

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> r = stackalloc byte[EcdsaCurve.ScalarSize];
        Span<byte> s = stackalloc byte[EcdsaCurve.ScalarSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!DerSignature.TryDecode(signature, r, s)) return false;
        SHA256.HashData(message, hash);
        return EcdsaCurve.P256.Verify(_point, hash, r, s);
    }
}
