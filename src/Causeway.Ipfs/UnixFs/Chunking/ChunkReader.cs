using System.Buffers;
using Causeway.Ipfs.UnixFs.Importing;

namespace Causeway.Ipfs.UnixFs.Chunking;

/// <summary>
/// Reads a stream leaf by leaf. Leaves of fixed length are read to where they lie in their block, so that no byte is copied on its way from the stream to the store.
/// </summary>
internal sealed class ChunkReader(Stream content, Chunker chunker, LeafFormat format) : IDisposable
{
    private byte[]? _buffer;
    private int _start;
    private int _filled;
    private bool _isFirst = true;
    private bool _isAtEnd;

    /// <summary>The next leaf's block and how many bytes of the file are in it, or null at the file's end. An empty file has one empty leaf.</summary>
    public async ValueTask<(byte[] Block, int Length)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_isAtEnd && _filled == 0) return null;

        // The first leaf may be a small file's only one, and goes through a pooled buffer; the others are full, but for the last.
        var chunk = chunker.IsFixed && !_isFirst ? await ReadInPlaceAsync(cancellationToken).ConfigureAwait(false) : await ReadBufferedAsync(cancellationToken).ConfigureAwait(false);
        if (chunk.Length == 0 && !_isFirst) return null;
        _isFirst = false;
        return chunk;
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<(byte[] Block, int Length)> ReadInPlaceAsync(CancellationToken cancellationToken)
    {
        var block = format.Allocate(chunker.MaxLength);
        var data = block.AsMemory(format.OffsetOf(chunker.MaxLength), chunker.MaxLength);
        var length = await content.ReadAtLeastAsync(data, data.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length == data.Length) return (block, length);
        _isAtEnd = true;
        return (format.Create(data.Span[..length]), length);
    }

    private async ValueTask<(byte[] Block, int Length)> ReadBufferedAsync(CancellationToken cancellationToken)
    {
        // Twice the longest leaf, so that what is left of one read need not be moved for each leaf.
        _buffer ??= ArrayPool<byte>.Shared.Rent(chunker.IsFixed ? chunker.MaxLength : 2 * chunker.MaxLength);
        if (!_isAtEnd && _filled < chunker.MaxLength)
        {
            _buffer.AsSpan(_start, _filled).CopyTo(_buffer);
            _start = 0;
            var room = chunker.IsFixed ? _buffer.AsMemory(0, chunker.MaxLength) : _buffer.AsMemory(_filled);
            var read = await content.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _isAtEnd = read < room.Length;
            _filled += read;
        }

        var window = _buffer.AsSpan(_start, Math.Min(_filled, chunker.MaxLength));
        var length = window.IsEmpty ? 0 : chunker.Cut(window);
        var block = format.Create(window[..length]);
        _start += length;
        _filled -= length;
        return (block, length);
    }
}
