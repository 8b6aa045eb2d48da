using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Sha3;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>ML-DSA's internal functions, on the message representative μ (FIPS 204, section 6). Lengths are the caller's to check.</summary>
internal static class MlDsaCore
{
    /// <summary>H: SHAKE256.</summary>
    internal static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var sponge = Sponge.Shake256();
        sponge.Absorb(data);
        sponge.Squeeze(hash);
    }

    /// <summary>μ (algorithm 7, step 6) of what the public interface makes of a message: 0 ‖ length of the context ‖ context ‖ message (algorithms 2 and 3).</summary>
    internal static void HashMessage(
        ReadOnlySpan<byte> publicKeyHash, ReadOnlySpan<byte> context, ReadOnlySpan<byte> message, Span<byte> mu)
    {
        var sponge = Sponge.Shake256();
        sponge.Absorb(publicKeyHash);
        sponge.Absorb([0, (byte)context.Length]);
        sponge.Absorb(context);
        sponge.Absorb(message);
        sponge.Squeeze(mu);
        sponge.Clear();
    }

    /// <summary>
    /// Algorithm 7 from step 7 on. The number of rounds depends on the secret key and on the mask in a way that the standard shows to reveal nothing
    /// (a round is refused with the same probability for every key); within a round nothing branches or indexes by a secret.
    /// </summary>
    [SkipLocalsInit]
    internal static void Sign(MlDsaExpandedKey key, ReadOnlySpan<byte> mu, ReadOnlySpan<byte> random, Span<byte> signature)
    {
        Span<byte> maskSeed = stackalloc byte[HashSize];
        Span<int> y = stackalloc int[L * N];
        Span<int> z = stackalloc int[L * N];
        Span<int> low = stackalloc int[K * N];
        Span<int> high = stackalloc int[K * N];
        Span<int> c = stackalloc int[N];
        Span<int> product = stackalloc int[N];
        Span<int> hints = stackalloc int[K * N];
        Span<byte> encoded = stackalloc byte[K * W1Size];
        var challenge = signature[..ChallengeSize];

        var sponge = Sponge.Shake256();
        sponge.Absorb(key.Secret);
        sponge.Absorb(random);
        sponge.Absorb(mu);
        sponge.Squeeze(maskSeed);
        sponge.Clear();

        for (var kappa = 0; ; kappa += L)
        {
            MlDsaSampler.ExpandMask(maskSeed, kappa, y);
            y.CopyTo(z);
            for (var i = 0; i < L; i++) MlDsaPolynomial.Ntt(z.Slice(i * N, N));
            for (var i = 0; i < K; i++)
            {
                var w = low.Slice(i * N, N);
                MlDsaPolynomial.Product(key.Row(i), z, w);
                MlDsaPolynomial.InverseNtt(w);
                MlDsaPolynomial.Canonicalise(w);
                MlDsaPolynomial.Decompose(w, high.Slice(i * N, N));
                MlDsaCodec.EncodeW1(high.Slice(i * N, N), encoded.Slice(i * W1Size, W1Size));
            }

            sponge = Sponge.Shake256();
            sponge.Absorb(mu);
            sponge.Absorb(encoded);
            sponge.Squeeze(challenge);
            MlDsaSampler.SampleInBall(challenge, c);
            MlDsaPolynomial.Ntt(c);

            if (!TryRespond(key, c, y, z, product) || !TryHint(key, c, low, high, product, hints)) continue;
            for (var i = 0; i < L; i++) MlDsaCodec.EncodeZ(z.Slice(i * N, N), signature.Slice(ChallengeSize + (i * ZSize), ZSize));
            MlDsaCodec.EncodeHint(hints, signature[(ChallengeSize + (L * ZSize))..]);
            break;
        }

        CryptographicOperations.ZeroMemory(maskSeed);
        Zero(y);
        Zero(z);
        Zero(low);
        Zero(high);
        Zero(product);
        CryptographicOperations.ZeroMemory(encoded);
        sponge.Clear();
    }

    /// <summary>Algorithm 8 with μ at hand. Everything here is public.</summary>
    [SkipLocalsInit]
    internal static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> mu, ReadOnlySpan<byte> signature)
    {
        Span<int> hints = stackalloc int[K * N];
        Span<int> z = stackalloc int[L * N];
        Span<int> matrix = stackalloc int[K * L * N];
        Span<int> c = stackalloc int[N];
        Span<int> t1 = stackalloc int[N];
        Span<int> w = stackalloc int[N];
        Span<byte> encoded = stackalloc byte[K * W1Size];
        Span<byte> expected = stackalloc byte[ChallengeSize];
        var challenge = signature[..ChallengeSize];
        if (!MlDsaCodec.TryDecodeHint(signature[(ChallengeSize + (L * ZSize))..], hints)) return false;
        for (var i = 0; i < L; i++)
        {
            var polynomial = z.Slice(i * N, N);
            MlDsaCodec.DecodeZ(signature.Slice(ChallengeSize + (i * ZSize), ZSize), polynomial);
            if (!MlDsaPolynomial.IsBelow(polynomial, Gamma1 - Beta)) return false;
            MlDsaPolynomial.Ntt(polynomial);
        }

        for (var i = 0; i < K * L; i += 8) MlDsaSampler.ExpandMatrix(publicKey[..SeedSize], i, matrix.Slice(i * N, 8 * N));
        MlDsaSampler.SampleInBall(challenge, c);
        MlDsaPolynomial.Ntt(c);
        for (var i = 0; i < K; i++)
        {
            MlDsaCodec.DecodeT1(publicKey.Slice(SeedSize + (i * T1Size), T1Size), t1);
            MlDsaPolynomial.ShiftLeft(t1);
            MlDsaPolynomial.Ntt(t1);
            MlDsaPolynomial.Product(c, t1, t1);
            MlDsaPolynomial.Product(matrix.Slice(i * L * N, L * N), z, w);
            MlDsaPolynomial.Subtract(w, t1);
            MlDsaPolynomial.Reduce(w);
            MlDsaPolynomial.InverseNtt(w);
            MlDsaPolynomial.Canonicalise(w);
            MlDsaPolynomial.UseHint(w, hints.Slice(i * N, N));
            MlDsaCodec.EncodeW1(w, encoded.Slice(i * W1Size, W1Size));
        }

        var sponge = Sponge.Shake256();
        sponge.Absorb(mu);
        sponge.Absorb(encoded);
        sponge.Squeeze(expected);
        return CryptographicOperations.FixedTimeEquals(expected, challenge);
    }

    // z = y + c·s₁, unless it would show something of s₁ (algorithm 7, steps 18, 20 and the first half of 23).
    private static bool TryRespond(MlDsaExpandedKey key, ReadOnlySpan<int> c, ReadOnlySpan<int> y, Span<int> z, Span<int> product)
    {
        for (var i = 0; i < L; i++)
        {
            var response = z.Slice(i * N, N);
            MlDsaPolynomial.Product(key.S1.Slice(i * N, N), c, product);
            MlDsaPolynomial.InverseNtt(product);
            MlDsaPolynomial.Add(product, y.Slice(i * N, N));
            MlDsaPolynomial.Reduce(product);
            product.CopyTo(response);
            if (!MlDsaPolynomial.IsBelow(response, Gamma1 - Beta)) return false;
        }

        return true;
    }

    // r₀ = LowBits(w − c·s₂) and the hint for t₀ (steps 19, 21, the second half of 23, and 25 to 28). low and high are w's parts.
    private static bool TryHint(MlDsaExpandedKey key, ReadOnlySpan<int> c, Span<int> low, ReadOnlySpan<int> high, Span<int> product, Span<int> hints)
    {
        var ones = 0;
        for (var i = 0; i < K; i++)
        {
            // The low bits of w − c·s₂ are low − c·s₂, unless that leaves the interval, and then both exceed the bound.
            var remainder = low.Slice(i * N, N);
            MlDsaPolynomial.Product(key.S2.Slice(i * N, N), c, product);
            MlDsaPolynomial.InverseNtt(product);
            MlDsaPolynomial.Subtract(remainder, product);
            MlDsaPolynomial.Reduce(remainder);
            if (!MlDsaPolynomial.IsBelow(remainder, Gamma2 - Beta)) return false;
        }

        for (var i = 0; i < K; i++)
        {
            MlDsaPolynomial.Product(key.T0.Slice(i * N, N), c, product);
            MlDsaPolynomial.InverseNtt(product);
            MlDsaPolynomial.Reduce(product);
            if (!MlDsaPolynomial.IsBelow(product, Gamma2)) return false;
            MlDsaPolynomial.Add(product, low.Slice(i * N, N));
            ones += MlDsaPolynomial.MakeHint(product, high.Slice(i * N, N), hints.Slice(i * N, N));
        }

        return ones <= Omega;
    }

    private static void Zero(Span<int> secret) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secret));
}
