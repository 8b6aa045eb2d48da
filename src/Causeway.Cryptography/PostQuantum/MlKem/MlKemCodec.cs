using System.Buffers.Binary;
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

    /// <summary>ByteEncode_d(Compress_d(…)) of coefficients in (−q, q), for d = 11.</summary>
    internal static void EncodeU(ReadOnlySpan<short> coefficients, Span<byte> bytes)
    {
        for (int i = 0, at = 0; i < coefficients.Length; i += 8, at += Du)
        {
            // 88 bits: five of 55, the lowest 9 of the sixth, and the rest.
            var c = coefficients.Slice(i, 8);
            ulong low = Compressed(c[0], Du) | (Compressed(c[1], Du) << 11) | (Compressed(c[2], Du) << 22) | (Compressed(c[3], Du) << 33);
            var middle = Compressed(c[5], Du);
            low |= (Compressed(c[4], Du) << 44) | (middle << 55);
            var high = (middle >> 9) | (Compressed(c[6], Du) << 2) | (Compressed(c[7], Du) << 13);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], low);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(at + 8)..], (ushort)high);
            bytes[at + 10] = (byte)(high >> 16);
        }
    }

    /// <summary>ByteEncode_d(Compress_d(…)) of coefficients in (−q, q), for d = 5.</summary>
    internal static void EncodeV(ReadOnlySpan<short> coefficients, Span<byte> bytes)
    {
        for (int i = 0, at = 0; i < coefficients.Length; i += 8, at += Dv)
        {
            ulong word = 0;
            for (var j = 0; j < 8; j++) word |= Compressed(coefficients[i + j], Dv) << (Dv * j);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], (uint)word);
            bytes[at + 4] = (byte)(word >> 32);
        }
    }

    /// <summary>Decompress_d(ByteDecode_d(…)) for d = 11.</summary>
    internal static void DecodeU(ReadOnlySpan<byte> bytes, Span<short> coefficients)
    {
        for (int i = 0, at = 0; i < coefficients.Length; i += 8, at += Du)
        {
            var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
            var high = (low >> 55) | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 8)..]) << 9) | ((ulong)bytes[at + 10] << 25);
            for (var j = 0; j < 5; j++) coefficients[i + j] = Decompress((int)(low >> (Du * j)) & ((1 << Du) - 1), Du);
            for (var j = 0; j < 3; j++) coefficients[i + 5 + j] = Decompress((int)(high >> (Du * j)) & ((1 << Du) - 1), Du);
        }
    }

    /// <summary>Decompress_d(ByteDecode_d(…)) for d = 5.</summary>
    internal static void DecodeV(ReadOnlySpan<byte> bytes, Span<short> coefficients)
    {
        for (int i = 0, at = 0; i < coefficients.Length; i += 8, at += Dv)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) | ((ulong)bytes[at + 4] << 32);
            for (var j = 0; j < 8; j++) coefficients[i + j] = Decompress((int)(word >> (Dv * j)) & ((1 << Dv) - 1), Dv);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Compressed(short coefficient, int bits) => (ulong)Compress(MlKemField.Canonical(coefficient), bits);
}
