using System.Buffers.Binary;

namespace Causeway.Libp2p.Kademlia.Records.Ipns;

/// <summary>Reads as much of DAG-CBOR (RFC 8949 without indefinite lengths) as an IPNS record's data needs; the rest is stepped over.</summary>
internal ref struct CborReader(ReadOnlySpan<byte> data)
{
    public const int Unsigned = 0;
    public const int Bytes = 2;
    public const int Text = 3;
    public const int Map = 5;

    private const int Negative = 1;
    private const int Array = 4;
    private const int Tag = 6;
    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    public readonly bool IsAtEnd => _position == _data.Length;

    /// <summary>Reads an item's major type and argument (a number, a length, a count).</summary>
    public bool TryReadHead(out int major, out ulong argument)
    {
        (major, argument) = (0, 0);
        if (IsAtEnd) return false;
        var first = _data[_position++];
        major = first >> 5;
        var form = first & 0x1f;
        if (form < 24)
        {
            argument = (ulong)form;
            return true;
        }

        if (form > 27) return false;
        var length = 1 << (form - 24);
        if (_data.Length - _position < length) return false;
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        _data.Slice(_position, length).CopyTo(wide[^length..]);
        argument = BinaryPrimitives.ReadUInt64BigEndian(wide);
        _position += length;
        return true;
    }

    /// <summary>Reads the content of a byte or text string whose head was read.</summary>
    public bool TryReadContent(ulong length, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (length > (ulong)(_data.Length - _position)) return false;
        content = _data.Slice(_position, (int)length);
        _position += (int)length;
        return true;
    }

    /// <summary>Steps over what follows a head.</summary>
    public bool TrySkip(int major, ulong argument, int depth = 0) => depth < MaxDepth && major switch
    {
        Unsigned or Negative => true,
        Bytes or Text => TryReadContent(argument, out _),
        Array => TrySkipItems(argument, depth),
        Map => argument <= int.MaxValue && TrySkipItems(argument * 2, depth),
        Tag => TrySkipItems(1, depth),
        _ => true, // A simple value or a number: its head is all there is of it.
    };

    private bool TrySkipItems(ulong count, int depth)
    {
        // Each item takes a byte at least.
        if (count > (ulong)(_data.Length - _position)) return false;
        for (var i = 0UL; i < count; i++)
        {
            if (!TryReadHead(out var major, out var argument) || !TrySkip(major, argument, depth + 1)) return false;
        }

        return true;
    }
}
