using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>Encodings of polynomials and hints (FIPS 204, sections 7.1 and 7.2).</summary>
internal static class MlDsaCodec
{
    /// <summary>t₁: SimpleBitPack with 10 bits.</summary>
    internal static void EncodeT1(ReadOnlySpan<int> t1, Span<byte> bytes) => Pack(t1, 0, 1, 10, 4, bytes);

    internal static void DecodeT1(ReadOnlySpan<byte> bytes, Span<int> t1) => Unpack(bytes, 0, 1, 10, 4, t1);

    /// <summary>t₀: BitPack(2¹² − 1, 2¹²).</summary>
    internal static void EncodeT0(ReadOnlySpan<int> t0, Span<byte> bytes) => PackThirteen(t0, bytes);

    internal static void DecodeT0(ReadOnlySpan<byte> bytes, Span<int> t0) => UnpackThirteen(bytes, t0);

    /// <summary>s₁ and s₂: BitPack(η, η).</summary>
    internal static void EncodeSecret(ReadOnlySpan<int> s, Span<byte> bytes) => Pack(s, Eta, -1, 3, 16, bytes);

    /// <summary>s₁ and s₂; <see langword="false"/> if a coefficient is not in [−η, η]. Takes the same time either way.</summary>
    internal static bool DecodeSecret(ReadOnlySpan<byte> bytes, Span<int> s)
    {
        Unpack(bytes, Eta, -1, 3, 16, s);
        return MlDsaPolynomial.IsBelow(s, Eta + 1);
    }

    /// <summary>z and y: BitPack(γ₁ − 1, γ₁).</summary>
    internal static void EncodeZ(ReadOnlySpan<int> z, Span<byte> bytes) => Pack(z, Gamma1, -1, 20, 2, bytes);

    internal static void DecodeZ(ReadOnlySpan<byte> bytes, Span<int> z) => Unpack(bytes, Gamma1, -1, 20, 2, z);

    /// <summary>w₁: SimpleBitPack with 4 bits (algorithm 28).</summary>
    internal static void EncodeW1(ReadOnlySpan<int> w1, Span<byte> bytes) => Pack(w1, 0, 1, 4, 16, bytes);

    /// <summary>
    /// Algorithm 20: the indices of the ones and, at the end, how many there are up to each polynomial. <paramref name="hints"/> holds zeros and ones,
    /// at most ω of these. They become public with the signature.
    /// </summary>
    internal static void EncodeHint(ReadOnlySpan<int> hints, Span<byte> bytes)
    {
        bytes.Clear();
        var count = 0;
        for (var i = 0; i < K; i++)
        {
            for (var j = 0; j < N; j++)
            {
                if (hints[(i * N) + j] != 0) bytes[count++] = (byte)j;
            }

            bytes[Omega + i] = (byte)count;
        }
    }

    /// <summary>
    /// Algorithm 21. <see langword="false"/> for anything that algorithm 20 does not write: counts that shrink or exceed ω, indices that do not rise,
    /// remains behind the last.
    /// </summary>
    internal static bool TryDecodeHint(ReadOnlySpan<byte> bytes, Span<int> hints)
    {
        hints.Clear();
        var at = 0;
        for (var i = 0; i < K; i++)
        {
            int end = bytes[Omega + i], first = at;
            if (end < at || end > Omega) return false;
            for (; at < end; at++)
            {
                if (at > first && bytes[at] <= bytes[at - 1]) return false;
                hints[(i * N) + bytes[at]] = 1;
            }
        }

        return !bytes[at..Omega].ContainsAnyExcept((byte)0);
    }

    // Writes offset + sign·value with a fixed number of bits, lowest first. A group of values fills 4 to 8 whole bytes; what is written beyond them is
    // overwritten by the next group. All but the spans are constants where this is inlined.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pack(ReadOnlySpan<int> values, int offset, int sign, int bits, int group, Span<byte> bytes)
    {
        var size = bits * group / 8;
        for (int i = 0, at = 0; i < values.Length; i += group, at += size)
        {
            ulong word = 0;
            for (var j = 0; j < group; j++) word |= (ulong)(uint)(offset + (sign * values[i + j])) << (bits * j);
            if (at + sizeof(ulong) <= bytes.Length) BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], word);
            else
            {
                for (var j = 0; j < size; j++) bytes[at + j] = (byte)(word >> (8 * j));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unpack(ReadOnlySpan<byte> bytes, int offset, int sign, int bits, int group, Span<int> values)
    {
        var size = bits * group / 8;
        for (int i = 0, at = 0; i < values.Length; i += group, at += size)
        {
            // The last groups are read from the end, where there are eight bytes.
            var start = Math.Min(at, bytes.Length - sizeof(ulong));
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[start..]) >> (8 * (at - start));
            for (var j = 0; j < group; j++) values[i + j] = sign * ((int)((word >> (bits * j)) & ((1UL << bits) - 1)) - offset);
        }
    }

    // Eight values fill thirteen bytes, which no word holds.
    private static void PackThirteen(ReadOnlySpan<int> values, Span<byte> bytes)
    {
        ulong pending = 0;
        int count = 0, at = 0;
        foreach (var value in values)
        {
            pending |= (ulong)(uint)((1 << (D - 1)) - value) << count;
            for (count += D; count >= 8; count -= 8)
            {
                bytes[at++] = (byte)pending;
                pending >>= 8;
            }
        }
    }

    private static void UnpackThirteen(ReadOnlySpan<byte> bytes, Span<int> values)
    {
        uint pending = 0;
        int count = 0, at = 0;
        foreach (ref var value in values)
        {
            for (; count < D; count += 8) pending |= (uint)bytes[at++] << count;
            value = (1 << (D - 1)) - (int)(pending & ((1u << D) - 1));
            pending >>= D;
            count -= D;
        }
    }
}
