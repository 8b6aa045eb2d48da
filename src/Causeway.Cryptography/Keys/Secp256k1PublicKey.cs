using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Keys;

/// <summary>A secp256k1 public key: a compressed point of 33 bytes. Signatures are DER with low s over the message's SHA-256.</summary>
internal sealed class Secp256k1PublicKey : PublicKey
{
    private readonly byte[] _raw;
    private readonly SafeEcPoint _point;

    internal Secp256k1PublicKey(ReadOnlySpan<byte> raw)
    {
        var compressed = raw.Length == EcdsaCurve.CompressedSize && raw[0] is (2 or 3);
        _point = (compressed ? EcdsaCurve.Secp256k1.ReadPoint(raw) : null)
            ?? throw new FormatException($"A secp256k1 public key is a compressed point of the curve, {EcdsaCurve.CompressedSize} bytes.");
        _raw = raw.ToArray();
    }

    /// <inheritdoc/>
    public override KeyType Type => KeyType.Secp256k1;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Raw => _raw;

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> r = stackalloc byte[EcdsaCurve.ScalarSize];
        Span<byte> s = stackalloc byte[EcdsaCurve.ScalarSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!DerSignature.TryDecode(signature, r, s)) return false;
        SHA256.HashData(message, hash);
        return EcdsaCurve.Secp256k1.Verify(_point, hash, r, s);
    }
}
