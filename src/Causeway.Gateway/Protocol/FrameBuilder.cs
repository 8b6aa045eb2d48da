using System.Buffers;

namespace Causeway.Gateway.Protocol;

/// <summary>Collects the bytes of an <see cref="OutboundFrame"/> in a pooled buffer.</summary>
internal ref struct FrameBuilder
{
    private byte[] _buffer;
    private int _length = OutboundFrame.HeadRoom;

    /// <summary>Rents a buffer.</summary>
    /// <param name="capacity">Bytes to expect after the number.</param>
    public FrameBuilder(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity + OutboundFrame.HeadRoom);

    /// <summary>Appends bytes as they are.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _length < bytes.Length) Grow(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Hands the buffer over.</summary>
    public readonly OutboundFrame Build(bool isPush) => new(_buffer, _length, isPush);

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + needed, checked(_buffer.Length * 2)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
