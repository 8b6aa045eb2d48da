using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.GarbageCollection;

/// <summary>
/// Goes through trees in a store's table, each block once however many roads and visits lead to it, and looks links up many at once. Takes a bit for each block, and some bytes for each block with links
/// that waits for its turn; blocks without links are never read. Not thread-safe.
/// </summary>
/// <param name="table">The blocks.</param>
/// <param name="isTouching">
/// True to make sure of what is found: a hold is open, and the blocks are to stay. Blocks whose links cannot be read are errors then; otherwise they count
/// as blocks without links, as long as their bytes are intact.
/// </param>
internal sealed class TableWalk(IBlockTable table, bool isTouching)
{
    private const int BatchLength = 512;

    private readonly MarkSet _seen = new();

    // The same bytes have links as dag-pb and none as raw.
    private readonly Dictionary<Multicodec, MarkSet> _opened = [];
    private readonly Stack<(long Id, Multicodec Codec)> _waiting = new();
    private readonly HashSet<Cid> _missingRoots = [];

    /// <summary>Blocks found so far.</summary>
    public long Blocks => _seen.Count;

    /// <summary>Their lengths together, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many links, and roots, led to blocks that are not here.</summary>
    public long Missing { get; private set; }

    /// <summary>The first of those.</summary>
    public Cid? FirstMissing { get; private set; }

    /// <summary>Whether a block was found.</summary>
    public bool Contains(long id) => _seen.Contains(id);

    /// <summary>Visits a block, and what it links to.</summary>
    /// <exception cref="IpfsException">A block's bytes changed on the disk (<see cref="IpfsError.HashMismatch"/>), or its links cannot be read.</exception>
    public async ValueTask VisitAsync(Cid root, bool isRecursive, CancellationToken cancellationToken)
    {
        var missing = Missing;
        await MeetAsync([root], isRecursive, cancellationToken);

        // Roots are visited again and again.
        if (Missing > missing && !_missingRoots.Add(root)) Missing = missing;
        while (_waiting.TryPop(out var next))
        {
            // Gone since it was met: somebody deleted it by hand.
            if (await table.ReadAsync(next.Id, cancellationToken) is not { } block) continue;
            await MeetAsync(LinksOf(next.Codec, block), isRecursive: true, cancellationToken);
        }
    }

    private async ValueTask MeetAsync(IReadOnlyList<Cid> cids, bool isRecursive, CancellationToken cancellationToken)
    {
        var carried = new Queue<Cid>(cids);
        var batch = new List<Cid>(Math.Min(cids.Count, BatchLength));
        while (carried.Count > 0)
        {
            batch.Clear();
            while (batch.Count < BatchLength && carried.TryDequeue(out var cid))
            {
                if (cid.Hash.Code != MultihashCode.Identity) batch.Add(cid);
                else if (isRecursive && HasLinks(cid.Codec)) OpenInline(cid, carried);
            }

            await MeetBatchAsync(batch, isRecursive, cancellationToken);
        }
    }

    private async ValueTask MeetBatchAsync(List<Cid> batch, bool isRecursive, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        Multihash[] hashes = [.. batch.Select(static cid => cid.Hash)];
        var found = isTouching ? await table.TouchAsync(hashes, cancellationToken) : await table.FindAsync(hashes, cancellationToken);
        for (var i = 0; i < found.Length; i++)
        {
            var cid = batch[i];
            if (found[i] is not { } entry)
            {
                Missing++;
                FirstMissing ??= cid;
                continue;
            }

            if (_seen.Add(entry.Id)) Bytes += entry.Length;
            if (!isRecursive || !HasLinks(cid.Codec)) continue;
            if (!_opened.TryGetValue(cid.Codec, out var opened)) _opened.Add(cid.Codec, opened = new MarkSet());
            if (opened.Add(entry.Id)) _waiting.Push((entry.Id, cid.Codec));
        }
    }

    private IReadOnlyList<Cid> LinksOf(Multicodec codec, StoredBlock block)
    {
        var cid = Cid.CreateV1(codec, Multihash.FromBytes(block.Hash.Span));

        // Of a changed block the links are lost, and what they keep would be.
        if (!cid.Hash.Matches(block.Data.Span)) throw new IpfsException(IpfsError.HashMismatch, $"The block {cid} was damaged on the disk. Fetch it again, or remove it.");
        return LinksOf(cid, block.Data);
    }

    private IReadOnlyList<Cid> LinksOf(Cid cid, ReadOnlyMemory<byte> data)
    {
        try
        {
            return DagLinks.Of(cid, data);
        }
        catch (IpfsException) when (!isTouching)
        {
            return [];
        }
    }

    // Each is far smaller than the one that carries it, so this ends.
    private void OpenInline(Cid cid, Queue<Cid> carried)
    {
        foreach (var link in LinksOf(cid, cid.Hash.Digest)) carried.Enqueue(link);
    }

    private static bool HasLinks(Multicodec codec) => codec != Multicodec.Raw;
}
