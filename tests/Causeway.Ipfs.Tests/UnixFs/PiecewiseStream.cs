namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>A stream that gives a few bytes at a time.</summary>
internal sealed class PiecewiseStream(byte[] content, int piece) : ForwardStream
{
    private int _position;

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = Math.Min(Math.Min(piece, count), content.Length - _position);
        content.AsSpan(_position, count).CopyTo(buffer.AsSpan(offset));
        _position += count;
        return count;
    }
}
