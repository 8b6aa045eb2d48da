using System.Buffers;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>Decrypted bytes that the reader's user has not consumed yet. It holds no memory while there are none.</summary>
internal sealed class PlaintextBuffer
{
    private PlaintextSegment? _head;
    private PlaintextSegment? _tail;
    private PlaintextSegment? _spare;
    private int _headStart;

    /// <summary>Whether there is something that the user has not examined.</summary>
    public bool HasUnexamined { get; private set; }

    /// <summary>Whether it holds a pooled buffer.</summary>
    public bool HoldsMemory => _head is not null;

    /// <summary>All unconsumed bytes.</summary>
    public ReadOnlySequence<byte> Sequence => _head is null ? default : new ReadOnlySequence<byte>(_head, _headStart, _tail!, _tail!.End);

    /// <summary>Contiguous room for <paramref name="size"/> bytes. Where a new buffer is due, it has <paramref name="sizeHint"/> bytes.</summary>
    public Span<byte> GetSpan(int size, int sizeHint)
    {
        if (_tail is not null && _tail.Room.Length >= size) return _tail.Room;
        var segment = _spare ?? new PlaintextSegment();
        _spare = null;
        segment.Rent(Math.Max(size, sizeHint));
        _tail?.Append(segment);
        _head ??= segment;
        _tail = segment;
        return segment.Room;
    }

    /// <summary>Takes over the first <paramref name="count"/> bytes of the room.</summary>
    public void Commit(int count)
    {
        _tail!.Commit(count);
        HasUnexamined |= count > 0;
    }

    /// <summary>Drops what is before <paramref name="consumed"/>, and notes whether all was examined.</summary>
    public void Advance(SequencePosition consumed, SequencePosition examined)
    {
        if (examined.GetObject() is PlaintextSegment last) HasUnexamined = last != _tail || examined.GetInteger() < last.End;
        if (consumed.GetObject() is not PlaintextSegment target) return;
        var index = consumed.GetInteger();
        while (_head is not null && _head != target) Drop();
        if (_head is null) throw new InvalidOperationException("The position is not one of this reader's.");
        _headStart = index;
        while (_head is not null && _headStart == _head.End) Drop();
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_head is not null) Drop();
        HasUnexamined = false;
    }

    private void Drop()
    {
        var segment = _head!;
        _head = segment.Next;
        _headStart = 0;
        if (_head is null) _tail = null;
        segment.Return();
        _spare ??= segment;
    }
}
