using System.Buffers.Binary;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Cbor;

/// <summary>
/// Reads the heads of CBOR items (RFC 8949, section 3) as DAG-CBOR allows them, and keeps count of the items that lists and maps have promised: each takes
/// a byte at least, so none may promise more than there are bytes left. Whoever allocates for what was promised therefore allocates for the block's length at most, however deep
/// the lists are. After a method has said <see langword="false"/> nothing more is to be read; <see cref="Problem"/> says why.
/// </summary>
/// <param name="data">The block.</param>
/// <param name="isStrict">
/// Whether integers and lengths must have their shortest form and floats 64 bits. Otherwise what the specification lets decoders accept of older writers is read
/// ("Decode strictness"), and undefined.
/// </param>
internal ref struct CborReader(ReadOnlySpan<byte> data, bool isStrict)
{
    public const ulong False = 20;
    public const ulong True = 21;
    public const ulong Null = 22;
    public const int LinkTag = 42;
    private const int Undefined = 23;
    private const int Double = 27;

    private readonly ReadOnlySpan<byte> _data = data;
    private long _promised = 1;

    public int Position { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>Whether the one value was read, with all that is within it.</summary>
    public readonly bool IsComplete => _promised == 0;

    private readonly int Remaining => _data.Length - Position;

    public bool Fail(string problem)
    {
        Problem ??= $"{problem} (before byte {Position})";
        return false;
    }

    /// <summary>
    /// Reads an item's head. The argument is the number, the length in bytes (which are there), the count of items or pairs, or the simple value; where <paramref name="isFloat"/>,
    /// the bits of a finite number. Of tags only 42 is read, and what follows is read by <see cref="TryReadLink"/>.
    /// </summary>
    public bool TryReadHead(out CborMajor major, out ulong argument, out bool isFloat)
    {
        major = default;
        argument = 0;
        isFloat = false;
        if (Remaining == 0) return Fail("ends too early");
        var first = _data[Position++];
        major = (CborMajor)(first >> 5);
        var info = first & 0x1f;
        if (!TryReadArgument(info, out argument)) return false;
        if (major == CborMajor.Simple) return TryReadSimple(info, ref argument, out isFloat);
        if (isStrict && !IsShortest(info, argument)) return Fail("a number or length is not in its shortest form");
        _promised--;
        return major switch
        {
            CborMajor.Bytes or CborMajor.Text => argument <= (ulong)Remaining || Fail("a string is longer than the block"),
            CborMajor.List => TryPromise(argument, 1),
            CborMajor.Map => TryPromise(argument, 2),
            CborMajor.Tag => argument == LinkTag ? TryPromise(1, 1) : Fail("a tag other than 42"),
            _ => true,
        };
    }

    /// <summary>Steps over the bytes of a string whose head was read.</summary>
    public Range Take(ulong length)
    {
        var start = Position;
        Position += (int)length;
        return start..Position;
    }

    /// <summary>Reads what stands within tag 42: bytes that are a zero (multibase's identity) and a CID.</summary>
    public bool TryReadLink(out Cid? cid)
    {
        cid = null;
        if (!TryReadHead(out var major, out var length, out _)) return false;
        if (major != CborMajor.Bytes) return Fail("tag 42 is not of bytes");
        var bytes = _data[Take(length)];
        return (bytes is [0, ..] && Cid.TryFromBytes(bytes[1..], out cid)) || Fail("tag 42 is not of a zero and a CID");
    }

    private static bool IsShortest(int info, ulong argument) => info switch
    {
        24 => argument >= 24,
        25 => argument > byte.MaxValue,
        26 => argument > ushort.MaxValue,
        27 => argument > uint.MaxValue,
        _ => true,
    };

    private bool TryReadArgument(int info, out ulong argument)
    {
        argument = (ulong)info;
        if (info < 24) return true;
        if (info > 27) return Fail("an indefinite length or a reserved head");
        var length = 1 << (info - 24);
        if (Remaining < length) return Fail("ends too early");
        var bytes = _data.Slice(Position, length);
        argument = length switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        Position += length;
        return true;
    }

    private bool TryReadSimple(int info, ref ulong argument, out bool isFloat)
    {
        _promised--;
        isFloat = info is 25 or 26 or 27;
        if (!isFloat) return info is 20 or 21 or 22 || (!isStrict && info == Undefined) || Fail("a simple value other than false, true and null");
        if (!isStrict) return true;
        if (info != Double) return Fail("a float of less than 64 bits");
        return double.IsFinite(BitConverter.UInt64BitsToDouble(argument)) || Fail("a float that is infinite or not a number");
    }

    private bool TryPromise(ulong count, int each)
    {
        if (count > (ulong)Remaining) return Fail("a list or map has more items than the block has bytes");
        _promised += (long)count * each;
        return _promised <= Remaining || Fail("a list or map has more items than the block has bytes");
    }
}
