using System.Runtime.CompilerServices;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Reading;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>Goes through the shards of a folder.</summary>
internal static class HamtWalk
{
    // Shards of a level that are fetched at once.
    private const int MaxAhead = 8;

    /// <summary>All entries below a shard, in the order of their hashes; a few shards are fetched ahead.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="path">The places that led to it.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static async IAsyncEnumerable<UnixFsLink> ListAsync(IBlockSource source, HamtShard shard, ulong path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<HamtShard>>();
        var next = 0;
        try
        {
            for (var place = 0; place < shard.Shape.Fanout; place++)
            {
                if (shard[place] is HamtEntry entry) yield return entry.Link;
                if (shard[place] is not (HamtReference or HamtShard)) continue;
                for (; next < shard.Shape.Fanout && ahead.Count < MaxAhead; next++)
                    if (shard[next] is { } child and not HamtEntry) ahead.Enqueue(ShardAsync(source, shard, child, (path << shard.Shape.Bits) | (uint)next, stop.Token));
                var below = await ahead.Dequeue().ConfigureAwait(false);
                await foreach (var link in ListAsync(source, below, (path << shard.Shape.Bits) | (uint)place, cancellationToken).ConfigureAwait(false)) yield return link;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            while (ahead.TryDequeue(out var left)) _ = left.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
        }
    }

    /// <summary>Fetches a shard.</summary>
    /// <param name="source">Where the blocks are.</param>
    /// <param name="reference">What its parent says of it.</param>
    /// <param name="parent">Its parent.</param>
    /// <param name="path">The places that led to it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<HamtShard> LoadAsync(IBlockSource source, HamtReference reference, HamtShard parent, ulong path, CancellationToken cancellationToken)
    {
        var node = await source.LoadAsync(reference.Cid, cancellationToken).ConfigureAwait(false);
        return HamtShard.Decode(reference.Cid, node, (parent.Shape, parent.Level + 1, path));
    }

    private static Task<HamtShard> ShardAsync(IBlockSource source, HamtShard parent, HamtChild child, ulong path, CancellationToken cancellationToken) =>
        child is HamtShard shard ? Task.FromResult(shard) : LoadAsync(source, (HamtReference)child, parent, path, cancellationToken).AsTask();
}
