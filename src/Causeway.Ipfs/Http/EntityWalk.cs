using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>
/// The blocks that it takes to read a file of UnixFS, or a range of it, or to list a folder; of anything else, the one block. Depth first and in order. Blocks that are broken are
/// met, too, so that whoever checks them sees what is wrong, and lead no further.
/// </summary>
/// <param name="source">Where the blocks come from.</param>
/// <param name="options">How to walk; <see cref="DagWalkOptions.Ahead"/> and <see cref="DagWalkOptions.Repeats"/> count.</param>
/// <param name="range">Which part of a file; null for all.</param>
internal sealed class EntityWalk(IBlockSource source, DagWalkOptions options, EntityRange? range)
{
    // As deep as files are read (UnixFS), and far deeper than folders are.
    private const int MaxDepth = 32;

    private readonly List<Cid> _waiting = [];
    private readonly List<Place> _places = [];
    private long _start;
    private long _end = long.MaxValue;

    public async IAsyncEnumerable<Block> RunAsync(Cid root, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetches = new DagFetches(source, options, stop.Token);
        HashSet<Cid> sent = [];
        HashSet<Cid> followed = [];
        _waiting.Add(root);
        _places.Add(new Place(0, null, 0));
        try
        {
            while (_waiting.Count > 0)
            {
                var (cid, place) = (_waiting[^1], _places[^1]);
                _waiting.RemoveAt(_waiting.Count - 1);
                _places.RemoveAt(_places.Count - 1);

                // What the range cuts through is followed each time, for the range may have other blocks of it at another place; there is one such part at either end, at each depth.
                if (!options.Repeats && IsWhole(place) && !followed.Add(cid)) continue;
                var fetch = fetches.Begin(cid);
                fetches.Ahead(_waiting, followed);
                if (await fetch is not { } block) continue;
                if (place.Depth < MaxDepth) Follow(block, place);
                if ((options.Repeats || sent.Add(cid)) && cid.Hash.Code != MultihashCode.Identity) yield return block;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await fetches.DrainAsync();
        }
    }

    private void Follow(Block block, Place place)
    {
        if (block.Cid.Codec != Multicodec.DagPb || TryDecode(block) is not { } node) return;

        // Nobody can read a file on from here.
        if (place.Size is { } size && (!node.IsFile || node.Size != size)) return;
        if (place.Depth == 0 && node.IsFile && range is { } wanted)
        {
            // A range that the file has nothing of: the root block shows why.
            if (wanted.Within(node.Size) is not { } part) return;
            (_start, _end) = part;
        }

        var first = _waiting.Count;
        if (node.IsFile) FollowFile(node, place);
        else if (node.Message.Type == UnixFsType.HamtShard) FollowShard(node, place);

        // The first link is followed first.
        _waiting.Reverse(first, _waiting.Count - first);
        _places.Reverse(first, _places.Count - first);
    }

    private void FollowFile(UnixFsNode node, Place place)
    {
        var start = place.Start + node.Message.Data.Length;
        for (var i = 0; i < node.Links.Count; i++)
        {
            var size = (long)node.Message.BlockSizes[i];
            if (size > 0 && start + size > _start && start < _end) Add(node.Links[i].Hash, new Place(start, size, place.Depth + 1));
            start += size;
        }
    }

    /// <summary>Follows the links to other shards, whose names are a slot's number in hexadecimal and nothing else; entries have their own name behind it.</summary>
    private void FollowShard(UnixFsNode node, Place place)
    {
        var width = Math.Max(0, (node.Message.Fanout ?? 0) - 1).ToString("X", System.Globalization.CultureInfo.InvariantCulture).Length;
        foreach (var link in node.Links)
            if (link.Name?.Length == width) Add(link.Hash, new Place(0, null, place.Depth + 1));
    }

    private bool IsWhole(Place place) => place.Size is not { } size || (place.Start >= _start && place.Start + size <= _end);

    private void Add(Cid cid, Place place)
    {
        if (_waiting.Count == options.MaxWaiting) throw new IpfsException(IpfsError.TooLarge, $"More than {options.MaxWaiting} links of the DAG wait to be followed.");
        _waiting.Add(cid);
        _places.Add(place);
    }

    private static UnixFsNode? TryDecode(Block block)
    {
        try
        {
            return UnixFsNode.Decode(block.Cid, block.Data);
        }
        catch (IpfsException)
        {
            return null;
        }
    }

    /// <summary>Where a block stands.</summary>
    /// <param name="Start">Where a part of a file begins.</param>
    /// <param name="Size">How many bytes the block above says that it has; null for what is no part of a file.</param>
    /// <param name="Depth">How many blocks are above it.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(long Start, long? Size, int Depth);
}
