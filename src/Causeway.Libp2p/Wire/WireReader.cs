namespace Causeway.Libp2p.Wire;

/// <summary>
/// A strict reader of protobuf's wire format over a span that came from the network: it allocates nothing, and every length is checked against what is there before it is used.
/// After a method has said <see langword="false"/> the message is broken: its outputs and <see cref="Position"/> mean nothing then.
/// </summary>
/// <remarks>
/// A loop over <see cref="TryReadTag"/> until <see cref="IsAtEnd"/> reads a message; unknown fields are stepped over with <see cref="TrySkip"/>.
/// How often a field may come is for the caller to bound. Source: <c>protobuf.dev/programming-guides/encoding</c>.
/// </remarks>
/// <param name="data">The whole message.</param>
public ref struct WireReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Where the next read begins, in bytes.</summary>
    public int Position { get; private set; }

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => Position == _data.Length;

    /// <summary>Whether every varint so far (tags and lengths, too) had its shortest form: what canonical encodings such as DAG-PB's ask for.</summary>
    public bool IsMinimal { get; private set; } = true;

    /// <summary>Reads what stands before a field's value.</summary>
    /// <param name="field">The field's number, 1 to 2²⁹ − 1.</param>
    /// <param name="wireType">0 varint, 1 fixed64, 2 length-delimited, 5 fixed32.</param>
    /// <returns><see langword="false"/> for groups (3 and 4), unassigned wire types, field 0, and where the bytes end too early.</returns>
    public bool TryReadTag(out int field, out int wireType)
    {
        field = 0;
        wireType = 0;
        if (!TryReadVarint(out var tag) || tag > uint.MaxValue) return false;
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return field != 0 && wireType is 0 or 1 or 2 or 5;
    }

    /// <summary>Reads a length and steps over that many bytes: the value of a field with wire type 2.</summary>
    /// <param name="slice">Where the bytes are within the message.</param>
    public bool TryReadSlice(out Slice slice)
    {
        slice = default;
        if (!TryReadVarint(out var length) || length > (ulong)(_data.Length - Position)) return false;
        slice = new Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    /// <summary>Reads a varint of at most 64 bits (10 bytes): the value of a field with wire type 0. Longer forms than needed are read, too; see <see cref="IsMinimal"/>.</summary>
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
    /// <param name="wireType">As <see cref="TryReadTag"/> has read it.</param>
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
