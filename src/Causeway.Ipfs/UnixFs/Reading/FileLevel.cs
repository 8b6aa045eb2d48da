using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Reading;

/// <summary>A node of a file on the way from the root to where the reading is, and its children that are being fetched.</summary>
/// <param name="node">The node.</param>
/// <param name="start">Where its bytes begin in the file.</param>
internal sealed class FileLevel(UnixFsNode node, long start)
{
    private readonly Queue<FetchedChild> _fetching = new();
    private int _next;
    private bool _isTaken;
    private long _nextStart = start + node.Message.Data.Length;

    public UnixFsNode Node { get; } = node;

    public long Start { get; } = start;

    /// <summary>How many children are being fetched.</summary>
    public int Fetching => _fetching.Count;

    /// <summary>The node's own bytes, once.</summary>
    public ReadOnlyMemory<byte> TakeData()
    {
        if (_isTaken) return default;
        _isTaken = true;
        return Node.Message.Data;
    }

    /// <summary>Steps over children that end at an offset or before it.</summary>
    public void SkipTo(long offset)
    {
        while (_next < Node.Links.Count && _nextStart + SizeOfNext <= offset) Advance();
    }

    /// <summary>The next child that is not being fetched yet, or null where there is none before an offset. Those without any bytes lead nowhere, and are stepped over.</summary>
    public (Cid Cid, long Start, long Size)? NextBefore(long end)
    {
        while (_next < Node.Links.Count && SizeOfNext == 0) Advance();
        return _next < Node.Links.Count && _nextStart < end ? (Node.Links[_next].Hash, _nextStart, SizeOfNext) : null;
    }

    /// <summary>Notes that the next child is being fetched.</summary>
    public void Fetch(Task<UnixFsNode> fetch, long estimate)
    {
        _fetching.Enqueue(new FetchedChild(fetch, _nextStart, SizeOfNext, estimate));
        Advance();
    }

    /// <summary>The first of the children that are being fetched.</summary>
    public bool TryPeek(out FetchedChild child) => _fetching.TryPeek(out child);

    /// <summary>Takes the first of the children that were fetched.</summary>
    public bool TryDequeue(out FetchedChild child) => _fetching.TryDequeue(out child);

    private long SizeOfNext => (long)Node.Message.BlockSizes[_next];

    private void Advance()
    {
        _nextStart += SizeOfNext;
        _next++;
    }
}
