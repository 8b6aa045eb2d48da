namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>A strict reader of protobuf's wire format over a span: every length is checked against what is there before it is used.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Where the next read begins.</summary>
    public int Position { get; private set; }

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => Position == _data.Length;

    /// <summary>Whether every varint so far had its shortest form.</summary>
    public bool IsMinimal { get; private set; } = true;

    /// <summary>Reads a field's number and wire type (0 varint, 1 fixed64, 2 length-delimited, 5 fixed32; groups are refused).</summary>
    public bool TryReadTag(out int field, out int wireType)
    {
        field = 0;
        wireType = 0;
        if (!TryReadVarint(out var tag) || tag > uint.MaxValue) return false;
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return field != 0 && wireType is 0 or 1 or 2 or 5;
    }

    /// <summary>Reads a length and steps over that many bytes.</summary>
    public bool TryReadSlice(out Slice slice)
    {
        slice = default;
        if (!TryReadVarint(out var length) || length > (ulong)(_data.Length - Position)) return false;
        slice = new Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    /// <summary>Reads a varint of at most 64 bits.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Position >= _data.Length) return false;
            var next = _data[Position++];
            if (shift == 63 && next > 1) return false;
            value |= (ulong)(next & 0x7f) << shift;
            if (next >= 0x80) continue;
            if (next == 0 && shift > 0) IsMinimal = false;
            return true;
        }

        return false;
    }

    /// <summary>Steps over the value of a field that nobody here knows.</summary>
    public bool TrySkip(int wireType)
    {
        switch (wireType)
        {
            case 0: return TryReadVarint(out _);
            case 1: return TryAdvance(8);
            case 2: return TryReadSlice(out _);
            default: return TryAdvance(4);
        }
    }

    private bool TryAdvance(int count)
    {
        if (_data.Length - Position < count) return false;
        Position += count;
        return true;
    }
}
