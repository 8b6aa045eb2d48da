using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Causeway.Cryptography.Sha3;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>Polynomials from seeds (FIPS 203, section 4.2.2), eight at a time.</summary>
internal static class MlKemSampler
{
    private const int Batch = 8;

    // Three blocks hold 336 candidates of which 81 % are below q: enough nearly always.
    private const int FirstBlocks = 3;
    private const int Stride = FirstBlocks * Sponge.Shake128Rate;

    /// <summary>The matrix Â of ρ, row by row, or its transpose (algorithm 13, steps 3 to 7). ρ is public.</summary>
    [SkipLocalsInit]
    internal static void ExpandMatrix(ReadOnlySpan<byte> rho, Span<short> matrix, bool transposed)
    {
        Span<ulong> states = stackalloc ulong[SpongeEight.StateWords];
        Span<byte> bytes = stackalloc byte[Batch * Stride];
        Span<ushort> indices = stackalloc ushort[Batch];
        Span<int> filled = stackalloc int[Batch];
        for (var first = 0; first < K * K; first += Batch)
        {
            for (var i = 0; i < Batch; i++)
            {
                int row = (first + i) / K, column = (first + i) % K;
                indices[i] = (ushort)(transposed ? row | (column << 8) : column | (row << 8));
            }

            var sponge = new SpongeEight(states, Sponge.Shake128Rate, rho, indices, 2);
            sponge.Squeeze(FirstBlocks, bytes, Stride);
            filled.Clear();
            var length = Stride;
            while (true)
            {
                var missing = false;
                for (var i = 0; i < Batch; i++)
                {
                    filled[i] += SampleNtt(bytes.Slice(i * Stride, length), matrix.Slice((first + i) * N, N)[filled[i]..]);
                    missing |= filled[i] < N;
                }

                if (!missing) break;
                length = Sponge.Shake128Rate;
                sponge.Squeeze(1, bytes, Stride);
            }
        }
    }

    /// <summary>Algorithm 8 with η = 2 on PRF(seed, nonce …), for as many polynomials as fit, at most eight. Coefficients in [−2, 2].</summary>
    [SkipLocalsInit]
    internal static void SampleCbd(ReadOnlySpan<byte> seed, int nonce, Span<short> polynomials)
    {
        Span<ulong> states = stackalloc ulong[SpongeEight.StateWords];
        Span<byte> bytes = stackalloc byte[Batch * Sponge.Shake256Rate];
        Span<ushort> nonces = stackalloc ushort[Batch];
        for (var i = 0; i < Batch; i++) nonces[i] = (ushort)(nonce + i);
        var sponge = new SpongeEight(states, Sponge.Shake256Rate, seed, nonces, 1);
        sponge.Squeeze(1, bytes, Sponge.Shake256Rate);
        for (var i = 0; i < polynomials.Length / N; i++) Cbd(bytes.Slice(i * Sponge.Shake256Rate, N / 2), polynomials.Slice(i * N, N));
        sponge.Clear();
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>One polynomial of algorithm 8, which does not pay to be done eight times.</summary>
    internal static void SampleCbdSingle(ReadOnlySpan<byte> seed, byte nonce, Span<short> polynomial)
    {
        Span<byte> bytes = stackalloc byte[N / 2];
        var sponge = Sponge.Shake256();
        sponge.Absorb(seed);
        sponge.Absorb([nonce]);
        sponge.Squeeze(bytes);
        Cbd(bytes, polynomial);
        sponge.Clear();
        CryptographicOperations.ZeroMemory(bytes);
    }

    // Algorithm 7: pairs of 12-bit numbers, those below q are taken.
    private static int SampleNtt(ReadOnlySpan<byte> bytes, Span<short> destination)
    {
        var count = 0;
        var i = 0;

        // One in five is refused: to write all and count those that stay is faster than to guess.
        for (; i + 3 <= bytes.Length && count + 2 <= destination.Length; i += 3)
        {
            var first = bytes[i] | ((bytes[i + 1] & 0x0f) << 8);
            var second = (bytes[i + 1] >> 4) | (bytes[i + 2] << 4);
            destination[count] = (short)first;
            count += (int)((uint)(first - Q) >> 31);
            destination[count] = (short)second;
            count += (int)((uint)(second - Q) >> 31);
        }

        for (; i + 3 <= bytes.Length && count < destination.Length; i += 3)
        {
            var first = bytes[i] | ((bytes[i + 1] & 0x0f) << 8);
            var second = (bytes[i + 1] >> 4) | (bytes[i + 2] << 4);
            if (first < Q) destination[count++] = (short)first;
            if (second < Q && count < destination.Length) destination[count++] = (short)second;
        }

        return count;
    }

    // Each half byte is a coefficient: the sum of its lower two bits minus that of its upper two, looked up in a register.
    private static void Cbd(ReadOnlySpan<byte> bytes, Span<short> polynomial)
    {
        var differences = Vector128.Create((sbyte)0, 1, 1, 2, -1, 0, 0, 1, -1, 0, 0, 1, -2, -1, -1, 0);
        for (int i = 0, at = 0; i < N; i += 16, at += 8)
        {
            var wide = Vector128.WidenLower(Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..])).AsByte());
            var halves = (wide | Vector128.ShiftLeft(wide, 4)) & Vector128.Create((ushort)0x0f0f);
            var (lower, upper) = Vector128.Widen(Vector128.Shuffle(differences, halves.AsSByte()));
            lower.CopyTo(polynomial[i..]);
            upper.CopyTo(polynomial[(i + 8)..]);
        }
    }
}
