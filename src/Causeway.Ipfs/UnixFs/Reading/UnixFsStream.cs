using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Reading;

/// <summary>A file of UnixFS as a stream. Not thread-safe, as streams are.</summary>
internal sealed class UnixFsStream(IBlockSource source, Cid root, UnixFsNode node, UnixFsReadOptions options) : Stream
{
    private FileWalk? _walk;
    private ReadOnlyMemory<byte> _data;
    private long _dataStart;
    private long _position;
    private bool _isDisposed;

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length => node.Size;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => checked(_position + offset),
            SeekOrigin.End => checked(node.Size + offset),
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        if (target == _position) return target;
        _position = target;

        // Within the same leaf nothing has to be fetched; beyond it the walk begins anew.
        if (target < _dataStart || target > _dataStart + _data.Length) Reset();
        return target;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var data = await AvailableAsync(cancellationToken).ConfigureAwait(false);
        var count = Math.Min(data.Length, buffer.Length);
        data[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

#pragma warning disable VSTHRD002 // Whoever reads synchronously asks for it; nothing here needs the caller's context to go on.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    /// <summary>Hands out the leaves as they are, without a buffer between.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (await AvailableAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } data)
        {
            await destination.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            _position += data.Length;
        }
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A file of UnixFS cannot be changed; import another one.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A file of UnixFS cannot be changed; import another one.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Reset();
        }

        base.Dispose(disposing);
    }

    /// <summary>Bytes from the position on: the rest of a leaf, none at the file's end.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> AvailableAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (_position < node.Size)
        {
            if (_position >= _dataStart && _position < _dataStart + _data.Length) return _data[(int)(_position - _dataStart)..];
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                _walk ??= new FileWalk(source, root, node, _position, options);
                if (await _walk.NextAsync(_position, cancellationToken).ConfigureAwait(false) is not { } next)
                    throw UnixFsNode.Malformed(root, $"it ends at {_position} of {node.Size} bytes");
                (_data, _dataStart) = next;
            }
            catch
            {
                // Whoever tries again begins anew, from the same place.
                Reset();
                throw;
            }
        }

        return default;
    }

    private void Reset()
    {
        _walk?.Dispose();
        _walk = null;
        _data = default;
        _dataStart = 0;
    }
}
