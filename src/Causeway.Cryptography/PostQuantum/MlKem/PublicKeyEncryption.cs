using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Sha3;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>K-PKE, the encryption scheme inside ML-KEM (FIPS 203, section 5). Not to be used for anything else.</summary>
internal static class PublicKeyEncryption
{
    /// <summary>Algorithm 13: the keys of the seed d.</summary>
    internal static void GenerateKey(ReadOnlySpan<byte> d, Span<byte> encryptionKey, Span<byte> decryptionKey)
    {
        Span<byte> seeds = stackalloc byte[2 * SymmetricSize];
        var hash = Sponge.Sha3_512();
        hash.Absorb(d);
        hash.Absorb([K]);
        hash.Squeeze(seeds);
        hash.Clear();
        GenerateKey(seeds[..SymmetricSize], seeds[SymmetricSize..], encryptionKey, decryptionKey);
        CryptographicOperations.ZeroMemory(seeds);
    }

    /// <summary>Algorithm 13 from step 2 on, with ρ and σ at hand.</summary>
    [SkipLocalsInit]
    internal static void GenerateKey(ReadOnlySpan<byte> rho, ReadOnlySpan<byte> sigma, Span<byte> encryptionKey, Span<byte> decryptionKey)
    {
        Span<short> matrix = stackalloc short[K * VectorLength];
        Span<short> secrets = stackalloc short[2 * VectorLength];
        Span<short> sum = stackalloc short[N];
        MlKemSampler.ExpandMatrix(rho, matrix, transposed: false);
        MlKemSampler.SampleCbd(sigma, 0, secrets);
        for (var i = 0; i < 2 * K; i++) MlKemPolynomial.Ntt(secrets.Slice(i * N, N));
        Span<short> s = secrets[..VectorLength], e = secrets[VectorLength..];
        for (var i = 0; i < K; i++)
        {
            MlKemPolynomial.Product(matrix.Slice(i * VectorLength, VectorLength), s, sum);
            MlKemPolynomial.ToMontgomery(sum);
            MlKemPolynomial.Add(sum, e.Slice(i * N, N));
            MlKemPolynomial.Reduce(sum);
            MlKemCodec.Encode12(sum, encryptionKey.Slice(i * PolynomialSize, PolynomialSize));
        }

        rho.CopyTo(encryptionKey[VectorSize..]);
        MlKemCodec.Encode12(s, decryptionKey);
        Zero(secrets);
        Zero(sum);
    }

    /// <summary>Algorithm 14: <paramref name="message"/> under a key whose coefficients were decoded, with the randomness r.</summary>
    [SkipLocalsInit]
    internal static void Encrypt(
        ReadOnlySpan<short> t, ReadOnlySpan<byte> rho, ReadOnlySpan<byte> message, ReadOnlySpan<byte> r, Span<byte> ciphertext)
    {
        Span<short> matrix = stackalloc short[K * VectorLength];
        Span<short> secrets = stackalloc short[2 * VectorLength];
        Span<short> noise = stackalloc short[N];
        Span<short> sum = stackalloc short[N];
        MlKemSampler.ExpandMatrix(rho, matrix, transposed: true);
        MlKemSampler.SampleCbd(r, 0, secrets);
        MlKemSampler.SampleCbdSingle(r, 2 * K, noise);
        Span<short> y = secrets[..VectorLength], e1 = secrets[VectorLength..];
        for (var i = 0; i < K; i++) MlKemPolynomial.Ntt(y.Slice(i * N, N));
        for (var i = 0; i < K; i++)
        {
            MlKemPolynomial.Product(matrix.Slice(i * VectorLength, VectorLength), y, sum);
            MlKemPolynomial.InverseNtt(sum);
            MlKemPolynomial.Add(sum, e1.Slice(i * N, N));
            MlKemPolynomial.Reduce(sum);
            MlKemCodec.EncodeU(sum, ciphertext.Slice(i * Du * N / 8, Du * N / 8));
        }

        MlKemPolynomial.Product(t, y, sum);
        MlKemPolynomial.InverseNtt(sum);
        MlKemPolynomial.Add(sum, noise);
        MlKemCodec.DecodeMessage(message, noise);
        MlKemPolynomial.Add(sum, noise);
        MlKemPolynomial.Reduce(sum);
        MlKemCodec.EncodeV(sum, ciphertext[CompressedVectorSize..]);
        Zero(secrets);
        Zero(noise);
        Zero(sum);
    }

    /// <summary>Algorithm 15.</summary>
    [SkipLocalsInit]
    internal static void Decrypt(ReadOnlySpan<byte> decryptionKey, ReadOnlySpan<byte> ciphertext, Span<byte> message)
    {
        Span<short> s = stackalloc short[VectorLength];
        Span<short> u = stackalloc short[VectorLength];
        Span<short> v = stackalloc short[N];
        Span<short> sum = stackalloc short[N];
        _ = MlKemCodec.Decode12(decryptionKey, s);
        MlKemCodec.DecodeU(ciphertext, u);
        MlKemCodec.DecodeV(ciphertext[CompressedVectorSize..], v);
        for (var i = 0; i < K; i++) MlKemPolynomial.Ntt(u.Slice(i * N, N));
        MlKemPolynomial.Product(u, s, sum);
        MlKemPolynomial.InverseNtt(sum);
        MlKemPolynomial.SubtractFrom(v, sum);
        MlKemPolynomial.Reduce(sum);
        MlKemCodec.EncodeMessage(sum, message);
        Zero(s);
        Zero(u);
        Zero(v);
        Zero(sum);
    }

    private static void Zero(Span<short> secret) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secret));
}
