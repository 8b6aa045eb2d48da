using System.Runtime.CompilerServices;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>Compression and encoding of coefficients (FIPS 203, section 4.2.1). Divisions by q are multiplications with a rounded reciprocal.</summary>
internal static class MlKemCodec
{
    /// <summary>⌈2^d·x / q⌋ mod 2^d (definition 4.7) for x in [0, q), as ⌊(2^d·x + (q−1)/2) / q⌋: q is odd, so nothing lies half-way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compress(int x, int bits)
    {
        // ⌈2³⁵ / q⌉ is exact for numerators below 2²³ (all of them are; the tests try every one).
        const ulong Reciprocal = ((1UL << 35) / Q) + 1;
        var numerator = (ulong)(uint)((x << bits) + (Q / 2));
        return (int)((numerator * Reciprocal) >> 35) & ((1 << bits) - 1);
    }

    /// <summary>⌈q·y / 2^d⌋ (definition 4.8).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static short Decompress(int y, int bits) => (short)(((y * Q) + (1 << (bits - 1))) >> bits);

    /// <summary>ByteEncode₁₂ of coefficients in (−q, q).</summary>
    internal static void Encode12(ReadOnlySpan<short> coefficients, Span<byte> bytes)
    {
        for (int i = 0, j = 0; i < coefficients.Length; i += 2, j += 3)
        {
            int first = MlKemField.Canonical(coefficients[i]), second = MlKemField.Canonical(coefficients[i + 1]);
            bytes[j] = (byte)first;
            bytes[j + 1] = (byte)((first >> 8) | (second << 4));
            bytes[j + 2] = (byte)(second >> 4);
        }
    }

    /// <summary>ByteDecode₁₂; <see langword="false"/> if a number is not below q. Takes the same time either way.</summary>
    internal static bool Decode12(ReadOnlySpan<byte> bytes, Span<short> coefficients)
    {
        var below = -1;
        for (int i = 0, j = 0; i < coefficients.Length; i += 2, j += 3)
        {
            var first = bytes[j] | ((bytes[j + 1] & 0x0f) << 8);
            var second = (bytes[j + 1] >> 4) | (bytes[j + 2] << 4);
            coefficients[i] = (short)first;
            coefficients[i + 1] = (short)second;
            below &= (first - Q) & (second - Q);
        }

        return below < 0;
    }

    /// <summary>ByteEncode_d(Compress_d(…)) of coefficients in (−q, q).</summary>
    internal static void EncodeCompressed(ReadOnlySpan<short> coefficients, int bits, Span<byte> bytes)
    {
        ulong pending = 0;
        int count = 0, at = 0;
        foreach (var coefficient in coefficients)
        {
            pending |= (ulong)Compress(MlKemField.Canonical(coefficient), bits) << count;
            for (count += bits; count >= 8; count -= 8)
            {
                bytes[at++] = (byte)pending;
                pending >>= 8;
            }
        }
    }

    /// <summary>Decompress_d(ByteDecode_d(…)).</summary>
    internal static void DecodeCompressed(ReadOnlySpan<byte> bytes, int bits, Span<short> coefficients)
    {
        uint pending = 0;
        int count = 0, at = 0;
        foreach (ref var coefficient in coefficients)
        {
            for (; count < bits; count += 8) pending |= (uint)bytes[at++] << count;
            coefficient = Decompress((int)(pending & ((1u << bits) - 1)), bits);
            pending >>= bits;
            count -= bits;
        }
    }

    /// <summary>Decompress₁(ByteDecode₁(…)): 32 bytes to 256 coefficients that are 0 or 1665.</summary>
    internal static void DecodeMessage(ReadOnlySpan<byte> message, Span<short> coefficients)
    {
        for (var i = 0; i < N; i++) coefficients[i] = (short)(-((message[i >> 3] >> (i & 7)) & 1) & ((Q + 1) / 2));
    }

    /// <summary>ByteEncode₁(Compress₁(…)) of coefficients in (−q, q).</summary>
    internal static void EncodeMessage(ReadOnlySpan<short> coefficients, Span<byte> message)
    {
        for (var i = 0; i < message.Length; i++)
        {
            var bits = 0;
            for (var j = 0; j < 8; j++) bits |= Compress(MlKemField.Canonical(coefficients[(8 * i) + j]), 1) << j;
            message[i] = (byte)bits;
        }
    }
}
