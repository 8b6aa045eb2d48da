using System.Buffers;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>Reads varints and bytes of a stream, through a buffer, and never past an end that was set.</summary>
internal sealed class CarInput(Stream stream) : IDisposable
{
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;
    private long _limit = long.MaxValue;

    /// <summary>Bytes read, from the first one.</summary>
    public long Position { get; private set; }

    public void Dispose()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    /// <summary>Sets where what is read ends, from here.</summary>
    public void Limit(long length) => _limit = length;

    /// <summary>Reads a varint; null where everything ends before it.</summary>
    public async ValueTask<ulong?> ReadVarintAsync(CancellationToken cancellationToken)
    {
        // No loop over single bytes where the whole varint is buffered, which it nearly always is.
        while (true)
        {
            var available = (int)Math.Min(_end - _start, _limit);
            var status = UnsignedVarint.Read(_buffer.AsSpan(_start, available), out var value, out var length);
            if (status == OperationStatus.Done)
            {
                Advance(length);
                return value;
            }

            if (status == OperationStatus.InvalidData) throw Malformed("a length is not a varint in its shortest form");
            if (available == _limit || !await FillAsync(cancellationToken)) return available == 0 ? null : throw EndsEarly();
        }
    }

    /// <summary>Reads bytes that must all be there.</summary>
    public async ValueTask ReadAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        if (target.Length > _limit) throw EndsEarly();
        var buffered = Math.Min(_end - _start, target.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(target.Span);
        Advance(buffered);
        var rest = target[buffered..];
        if (await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken) < rest.Length) throw EndsEarly();
        Count(rest.Length);
    }

    /// <summary>Steps over bytes that must all be there.</summary>
    public async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        if (count > _limit) throw EndsEarly();
        while (count > 0)
        {
            var step = (int)Math.Min(_end - _start, count);
            Advance(step);
            count -= step;
            if (count > 0 && !await FillAsync(cancellationToken)) throw EndsEarly();
        }
    }

    public static IpfsException Malformed(string problem) => new(IpfsError.Malformed, $"Not a CAR archive: {problem}.");

    private static IpfsException EndsEarly() => Malformed("it ends in the middle of a header or block");

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    private void Advance(int length)
    {
        _start += length;
        Count(length);
    }

    private void Count(int length)
    {
        _limit -= length;
        Position += length;
    }
}
