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
        _point = Secp256k1Curve.ReadPoint(raw)
            ?? throw new FormatException($"A secp256k1 public key is a compressed point of the curve, {Secp256k1Curve.PointSize} bytes.");
        _raw = raw.ToArray();
    }

    /// <inheritdoc/>
    public override KeyType Type => KeyType.Secp256k1;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Raw => _raw;

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> r = stackalloc byte[Secp256k1Curve.ScalarSize];
        Span<byte> s = stackalloc byte[Secp256k1Curve.ScalarSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!DerSignature.TryDecode(signature, r, s)) return false;
        SHA256.HashData(message, hash);
        return Secp256k1Curve.Verify(_point, hash, r, s);
    }
}
