using System.Buffers;
using System.Buffers.Text;

namespace Causeway.Gateway.Protocol;

/// <summary>
/// A frame for a page in a pooled buffer: room for <c>{"requestid":N</c> in front, the rest behind it. The number is written last, when the frame's place in
/// the queue is known, so that pushes are numbered in the order in which they go out. Owned by one holder at a time, who sends or disposes it.
/// </summary>
internal sealed class OutboundFrame : IDisposable
{
    /// <summary>Where the part after the number starts: the opening of the object and the longest Int64.</summary>
    internal const int HeadRoom = 13 + 20;

    private readonly byte[] _buffer;
    private readonly int _end;
    private int _start = HeadRoom;
    private int _disposed;

    internal OutboundFrame(byte[] buffer, int end, bool isPush)
    {
        _buffer = buffer;
        _end = end;
        IsPush = isPush;
    }

    /// <summary>Whether the queue numbers it.</summary>
    public bool IsPush { get; }

    /// <summary>Bytes that it occupies in a queue.</summary>
    public int Length => _end;

    /// <summary>The finished frame.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start.._end);

    /// <summary>Writes the number and what precedes it.</summary>
    public void Number(long requestId)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(requestId, digits, out var length);
        _start = HeadRoom - length - 13;
        "{\"requestid\":"u8.CopyTo(_buffer.AsSpan(_start));
        digits[..length].CopyTo(_buffer.AsSpan(HeadRoom - length));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) ArrayPool<byte>.Shared.Return(_buffer);
    }
}
