using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Causeway.Cryptography.Sha3;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>Polynomials from seeds (FIPS 204, section 7.3), eight at a time.</summary>
internal static class MlDsaSampler
{
    private const int Batch = 8;

    // Five blocks hold 280 candidates of which all but one in a thousand are below q.
    private const int MatrixBlocks = 5;

    // Two blocks hold 544 half bytes of which 15 in 16 count.
    private const int SecretBlocks = 2;

    private const int MaskBlocks = (ZSize + Sponge.Shake256Rate - 1) / Sponge.Shake256Rate;

    /// <summary>Algorithm 32, eight polynomials in the order of the rows from number <paramref name="first"/> on. ρ is public.</summary>
    [SkipLocalsInit]
    internal static void ExpandMatrix(ReadOnlySpan<byte> rho, int first, Span<int> polynomials)
    {
        const int Stride = MatrixBlocks * Sponge.Shake128Rate;
        Span<ulong> states = stackalloc ulong[SpongeEight.StateWords];
        Span<byte> bytes = stackalloc byte[Batch * Stride];
        Span<ushort> indices = stackalloc ushort[Batch];
        for (var i = 0; i < Batch; i++) indices[i] = (ushort)(((first + i) % L) | (((first + i) / L) << 8));
        var sponge = new SpongeEight(states, Sponge.Shake128Rate, rho, indices, 2);
        sponge.Squeeze(MatrixBlocks, bytes, Stride);
        Span<int> filled = stackalloc int[Batch];
        filled.Clear();
        for (var length = Stride; ; length = Sponge.Shake128Rate)
        {
            var missing = false;
            for (var i = 0; i < Batch; i++)
            {
                filled[i] += SampleUniform(bytes.Slice(i * Stride, length), polynomials.Slice(i * N, N)[filled[i]..]);
                missing |= filled[i] < N;
            }

            if (!missing) return;
            sponge.Squeeze(1, bytes, Stride);
        }
    }

    /// <summary>
    /// Algorithm 33, eight polynomials from number <paramref name="first"/> on, or as many as fit. How many half bytes were refused shows in the time,
    /// which tells nothing about the others; what they are does not.
    /// </summary>
    [SkipLocalsInit]
    internal static void ExpandSecret(ReadOnlySpan<byte> seed, int first, Span<int> polynomials)
    {
        const int Stride = SecretBlocks * Sponge.Shake256Rate;
        Span<ulong> states = stackalloc ulong[SpongeEight.StateWords];
        Span<byte> bytes = stackalloc byte[Batch * Stride];
        Span<ushort> indices = stackalloc ushort[Batch];
        for (var i = 0; i < Batch; i++) indices[i] = (ushort)(first + i);
        var sponge = new SpongeEight(states, Sponge.Shake256Rate, seed, indices, 2);
        sponge.Squeeze(SecretBlocks, bytes, Stride);
        Span<int> filled = stackalloc int[Batch];
        filled.Clear();
        for (var length = Stride; ; length = Sponge.Shake256Rate)
        {
            var missing = false;
            for (var i = 0; i < polynomials.Length / N; i++)
            {
                filled[i] += SampleBounded(bytes.Slice(i * Stride, length), polynomials.Slice(i * N, N)[filled[i]..]);
                missing |= filled[i] < N;
            }

            if (!missing) break;
            sponge.Squeeze(1, bytes, Stride);
        }

        sponge.Clear();
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Algorithm 34: the mask y, L polynomials with coefficients in (−γ₁, γ₁].</summary>
    [SkipLocalsInit]
    internal static void ExpandMask(ReadOnlySpan<byte> seed, int kappa, Span<int> y)
    {
        const int Stride = MaskBlocks * Sponge.Shake256Rate;
        Span<ulong> states = stackalloc ulong[SpongeEight.StateWords];
        Span<byte> bytes = stackalloc byte[Batch * Stride];
        Span<ushort> indices = stackalloc ushort[Batch];
        for (var i = 0; i < Batch; i++) indices[i] = (ushort)(kappa + i);
        var sponge = new SpongeEight(states, Sponge.Shake256Rate, seed, indices, 2);
        sponge.Squeeze(MaskBlocks, bytes, Stride);
        for (var i = 0; i < L; i++) MlDsaCodec.DecodeZ(bytes.Slice(i * Stride, ZSize), y.Slice(i * N, N));
        sponge.Clear();
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>
    /// Algorithm 29: the challenge polynomial, τ coefficients ±1. It depends on c̃ alone, which a signature publishes; that of a refused round is a
    /// hash of values nobody learns, and its time tells nothing about the key.
    /// </summary>
    internal static void SampleInBall(ReadOnlySpan<byte> challenge, Span<int> c)
    {
        Span<byte> bytes = stackalloc byte[Sponge.Shake256Rate];
        var sponge = Sponge.Shake256();
        sponge.Absorb(challenge);
        sponge.Squeeze(bytes);
        var signs = MemoryMarshal.Read<ulong>(bytes);
        var at = sizeof(ulong);
        c.Clear();
        for (var i = N - Tau; i < N; i++)
        {
            int j;
            do
            {
                if (at == bytes.Length)
                {
                    sponge.Squeeze(bytes);
                    at = 0;
                }

                j = bytes[at++];
            }
            while (j > i);

            c[i] = c[j];
            c[j] = 1 - (2 * (int)(signs & 1));
            signs >>= 1;
        }
    }

    // Algorithms 14 and 30: 23-bit numbers, those below q are taken.
    private static int SampleUniform(ReadOnlySpan<byte> bytes, Span<int> destination)
    {
        int count = 0, i = 0;

        // Four at a time while all four are below q, as nearly always.
        var places = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        for (; i + 16 <= bytes.Length && count + 4 <= destination.Length; i += 12, count += 4)
        {
            var four = Vector128.Shuffle(Vector128.Create(bytes.Slice(i, 16)), places).AsInt32() & Vector128.Create(0x7fffff);
            if (Vector128.GreaterThanOrEqualAny(four, Vector128.Create(Q))) break;
            four.CopyTo(destination[count..]);
        }

        for (; i + 3 <= bytes.Length && count < destination.Length; i += 3)
        {
            var value = bytes[i] | (bytes[i + 1] << 8) | ((bytes[i + 2] & 0x7f) << 16);
            if (value < Q) destination[count++] = value;
        }

        return count;
    }

    // Algorithms 15 and 31 for η = 2: half bytes below 15, modulo 5.
    private static int SampleBounded(ReadOnlySpan<byte> bytes, Span<int> destination)
    {
        var count = 0;
        for (var i = 0; i < 2 * bytes.Length && count < destination.Length; i++)
        {
            var half = (bytes[i >> 1] >> (4 * (i & 1))) & 15;
            if (half == 15) continue;
            destination[count++] = Eta - (half - (5 * ((205 * half) >> 10)));
        }

        return count;
    }
}
