using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Keys;

/// <summary>A secp256k1 private key: a scalar of 32 big-endian bytes.</summary>
internal sealed class Secp256k1PrivateKey : PrivateKey
{
    private readonly SecretBytes _scalar;

    private Secp256k1PrivateKey(SecretBytes scalar)
    {
        _scalar = scalar;
        Span<byte> raw = stackalloc byte[EcdsaCurve.CompressedSize];
        EcdsaCurve.Secp256k1.WritePublicKey(scalar.Span, raw);
        PublicKey = new Secp256k1PublicKey(raw);
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey { get; }

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
        EcdsaCurve.Secp256k1.Sign(_scalar.Span, hash, r, s);
        return DerSignature.Encode(r, s, destination);
    }

    /// <inheritdoc/>
    public override void Dispose() => _scalar.Dispose();

    internal static Secp256k1PrivateKey Generate(RandomSource random) => new(EcdsaCurve.Secp256k1.NewScalar(random));

    internal static Secp256k1PrivateKey FromRaw(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != EcdsaCurve.ScalarSize || !EcdsaCurve.Secp256k1.IsScalar(raw))
            throw new FormatException($"A secp256k1 private key is a number of {EcdsaCurve.ScalarSize} bytes, above zero and below the curve's order.");
        return new Secp256k1PrivateKey(new SecretBytes(raw));
    }

    internal override byte[] ExportRaw() => _scalar.Span.ToArray();
}
