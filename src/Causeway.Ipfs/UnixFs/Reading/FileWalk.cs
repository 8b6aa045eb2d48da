using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Reading;

/// <summary>
/// Goes through the leaves of a file from an offset on, in order, and fetches ahead. What a hostile file can cost is bounded: its depth, the blocks and bytes fetched
/// ahead, and every block that is fetched gives at least one byte of the file, or leads to one within that depth.
/// </summary>
internal sealed class FileWalk : IDisposable
{
    /// <summary>Deepest node. A balanced file of 1 TiB with only two links a node is 22 deep, one with 174 links 4.</summary>
    public const int MaxDepth = 32;

    private readonly IBlockSource _source;
    private readonly Cid _root;
    private readonly UnixFsReadOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FileLevel> _path = [];
    private int _window = 1;
    private int _fetching;
    private long _fetchingBytes;

    public FileWalk(IBlockSource source, Cid root, UnixFsNode node, long offset, UnixFsReadOptions options)
    {
        _source = source;
        _root = root;
        _options = options;
        Enter(node, 0, offset);
    }

    /// <summary>The next bytes of the file and where they begin, at or before the offset for the first ones; null at the end.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Data, long Start)?> NextAsync(long offset, CancellationToken cancellationToken)
    {
        while (_path.Count > 0)
        {
            var level = _path[^1];
            if (level.TakeData() is { Length: > 0 } data && level.Start + data.Length > offset) return (data, level.Start);
            FetchAhead(offset);
            if (!level.TryPeek(out var child))
            {
                _path.RemoveAt(_path.Count - 1);
                continue;
            }

            var node = await child.Node.WaitAsync(cancellationToken).ConfigureAwait(false);
            level.TryDequeue(out _);
            _fetching--;
            _fetchingBytes -= child.Estimate;
            Check(node, child.Size);

            // Nodes on the way down say nothing about how far the reading will go; leaves do.
            if (node.Links.Count == 0) _window = Math.Min(2 * _window, _options.MaxBlocksAhead);
            Enter(node, child.Start, offset);
        }

        return null;
    }

    public void Dispose()
    {
        _stop.Cancel();

        // What was fetched ahead for nothing may fail for all anybody cares.
        foreach (var level in _path)
            while (level.TryDequeue(out var child)) child.Node.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
        _stop.Dispose();
    }

    private void Enter(UnixFsNode node, long start, long offset)
    {
        if (_path.Count == MaxDepth) throw new IpfsException(IpfsError.TooLarge, $"The file {_root} is more than {MaxDepth} nodes deep.");
        var level = new FileLevel(node, start);
        level.SkipTo(offset);
        _path.Add(level);
    }

    /// <summary>Fetches the children that come next: first those of the deepest node, then those of the nodes above it.</summary>
    private void FetchAhead(long offset)
    {
        var end = Math.Max(_options.End, offset + 1);
        for (var depth = _path.Count - 1; depth >= 0; depth--)
        {
            while (_path[depth].NextBefore(end) is { } next)
            {
                var estimate = Math.Min(next.Size, Block.MaxLength);
                if (_fetching > 0 && (_fetching >= _window || _fetchingBytes + estimate > _options.MaxBytesAhead) && !IsNeededNow(depth)) return;
                _fetching++;
                _fetchingBytes += estimate;
                _path[depth].Fetch(_source.LoadAsync(next.Cid, _stop.Token).AsTask(), estimate);
            }
        }
    }

    // What nodes above have fetched ahead may fill the window; the deepest one's next child must come all the same.
    private bool IsNeededNow(int depth) => depth == _path.Count - 1 && _path[depth].Fetching == 0;

    private void Check(UnixFsNode node, long size)
    {
        if (!node.IsFile) throw UnixFsNode.Malformed(_root, "a part of the file is a folder or a link");
        if (node.Size != size) throw UnixFsNode.Malformed(_root, $"a part of the file should have {size} bytes, and has {node.Size}");
    }
}
