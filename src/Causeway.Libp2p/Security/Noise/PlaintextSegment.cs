using System.Buffers;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>A pooled buffer with decrypted bytes, linked to the next.</summary>
internal sealed class PlaintextSegment : ReadOnlySequenceSegment<byte>
{
    private byte[] _array = [];
    private int _end;

    public new PlaintextSegment? Next => (PlaintextSegment?)base.Next;

    public int End => _end;

    public Span<byte> Room => _array.AsSpan(_end);

    public void Rent(int size)
    {
        _array = ArrayPool<byte>.Shared.Rent(size);
        Commit(0);
    }

    public void Commit(int count)
    {
        _end += count;
        Memory = _array.AsMemory(0, _end);
    }

    public void Append(PlaintextSegment next)
    {
        next.RunningIndex = RunningIndex + _end;
        base.Next = next;
    }

    /// <summary>Gives the buffer back; the object itself can be used again.</summary>
    public void Return()
    {
        ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        _end = 0;
        Memory = default;
        RunningIndex = 0;
        base.Next = null;
    }
}
