using System.Buffers;
using System.Numerics;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>Received bytes that nobody has read yet, in pooled segments. Empty, it holds none. Not thread-safe.</summary>
internal sealed class ReceiveBuffer(StreamMemory memory)
{
    /// <summary>Small frames share a segment of this size, so that one-byte frames cost what they carry.</summary>
    private const int MinSegment = 4096;

    /// <summary>The size for bulk data: that of a frame.</summary>
    private const int MaxSegment = 65536;

    private Segment[] _ring = [];
    private int _head;
    private int _count;

    /// <summary>Bytes to read.</summary>
    public int Length { get; private set; }

    /// <summary>Appends a copy; false when memory is refused (what fitted stays).</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_count == 0 || Tail.Free == 0)
            {
                var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(bytes.Length, MinSegment, MaxSegment));
                if (!memory.TryBuffer(size)) return false;
                Push(size);
            }

            ref var tail = ref Tail;
            var n = Math.Min(bytes.Length, tail.Free);
            bytes[..n].CopyTo(tail.Array.AsSpan(tail.End));
            tail.End += n;
            Length += n;
            bytes = bytes[n..];
        }

        return true;
    }

    /// <summary>Moves bytes out; returns how many.</summary>
    public int Read(Span<byte> destination)
    {
        var total = 0;
        while (_count > 0 && !destination.IsEmpty)
        {
            ref var head = ref _ring[_head];
            var n = Math.Min(destination.Length, head.End - head.Start);
            head.Array.AsSpan(head.Start, n).CopyTo(destination);
            head.Start += n;
            destination = destination[n..];
            total += n;
            if (head.Start == head.End) Pop();
        }

        Length -= total;
        return total;
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_count > 0) Pop();
        Length = 0;
        _ring = [];
    }

    private ref Segment Tail => ref _ring[(_head + _count - 1) & (_ring.Length - 1)];

    private void Push(int size)
    {
        if (_count == _ring.Length)
        {
            var larger = new Segment[Math.Max(4, _ring.Length * 2)];
            for (var i = 0; i < _count; i++) larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
            _ring = larger;
            _head = 0;
        }

        _ring[(_head + _count++) & (_ring.Length - 1)] = new Segment { Array = ArrayPool<byte>.Shared.Rent(size), Size = size };
    }

    private void Pop()
    {
        ref var head = ref _ring[_head];
        ArrayPool<byte>.Shared.Return(head.Array);
        memory.Unbuffer(head.Size);
        head = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
    }

    private struct Segment
    {
        public byte[] Array;
        public int Size;
        public int Start;
        public int End;

        public readonly int Free => Size - End;
    }
}
