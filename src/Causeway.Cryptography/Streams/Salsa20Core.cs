using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Cryptography.Streams;

/// <summary>
/// The 4 × 4 words of Salsa20 (D. J. Bernstein, "The Salsa20 family of stream ciphers", 2007) as its four diagonals: the quarter-rounds of a column round, and after
/// turning the diagonals those of a row round, are then four lanes of one operation.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct Salsa20Core
{
    // "expand 32-byte k", little-endian.
    private const uint Constant0 = 0x61707865, Constant1 = 0x3320646e, Constant2 = 0x79622d32, Constant3 = 0x6b206574;
    private const int DoubleRounds = 10;

    private Vector128<uint> _a, _b, _c, _d;

    /// <summary>The words for a key of 32 bytes and the 16 bytes (nonce, then counter) that belong to a block.</summary>
    public Salsa20Core(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input)
    {
        _a = Vector128.Create(Constant0, Constant1, Constant2, Constant3);
        _b = Vector128.Create(Word(key, 3), Word(input, 3), Word(key, 7), Word(key, 2));
        _c = Vector128.Create(Word(input, 2), Word(key, 6), Word(key, 1), Word(input, 1));
        _d = Vector128.Create(Word(key, 5), Word(key, 0), Word(input, 0), Word(key, 4));
    }

    /// <summary>Moves on to a block.</summary>
    public void SetCounter(ulong counter)
    {
        _c = _c.WithElement(0, (uint)counter);
        _b = _b.WithElement(1, (uint)(counter >> 32));
    }

    /// <summary>The block's 64 bytes.</summary>
    public readonly void Write(Span<byte> block)
    {
        var rounds = this;
        rounds.Run();
        var (a, b, c, d) = (rounds._a + _a, rounds._b + _b, rounds._c + _c, rounds._d + _d);
        BinaryPrimitives.WriteUInt32LittleEndian(block[60..], a[3]);
        BinaryPrimitives.WriteUInt32LittleEndian(block, a[0]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], d[1]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], c[2]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], b[3]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], b[0]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[20..], a[1]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[24..], d[2]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[28..], c[3]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[32..], c[0]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[36..], b[1]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[40..], a[2]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[44..], d[3]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[48..], d[0]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[52..], c[1]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[56..], b[2]);
    }

    /// <summary>HSalsa20 ("Extending the Salsa20 nonce", 2011): 32 bytes of the words after the rounds, those that a known input does not give away.</summary>
    public readonly void WriteSubkey(Span<byte> subkey)
    {
        var rounds = this;
        rounds.Run();
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt32LittleEndian(subkey[(4 * i)..], rounds._a[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(subkey[16..], rounds._d[2]);
        BinaryPrimitives.WriteUInt32LittleEndian(subkey[20..], rounds._c[3]);
        BinaryPrimitives.WriteUInt32LittleEndian(subkey[24..], rounds._c[0]);
        BinaryPrimitives.WriteUInt32LittleEndian(subkey[28..], rounds._b[1]);
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * index)..]);

    private void Run()
    {
        var (a, b, c, d) = (_a, _b, _c, _d);
        for (var i = 0; i < DoubleRounds; i++)
        {
            QuarterRounds(ref a, ref b, ref c, ref d);
            Turn(ref b, ref c, ref d);
            QuarterRounds(ref a, ref b, ref c, ref d);
            Turn(ref b, ref c, ref d);
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRounds(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        b ^= RotateLeft(a + d, 7);
        c ^= RotateLeft(b + a, 9);
        d ^= RotateLeft(c + b, 13);
        a ^= RotateLeft(d + c, 18);
    }

    // From columns to rows and back: it is its own inverse.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        var turned = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));
        d = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
        b = turned;
        c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> RotateLeft(Vector128<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));
}
