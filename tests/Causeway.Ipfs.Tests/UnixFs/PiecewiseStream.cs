namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>A stream that cannot seek and gives a few bytes at a time.</summary>
internal sealed class PiecewiseStream(byte[] content, int piece) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = Math.Min(Math.Min(piece, count), content.Length - _position);
        content.AsSpan(_position, count).CopyTo(buffer.AsSpan(offset));
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
