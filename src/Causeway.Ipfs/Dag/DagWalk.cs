using System.Runtime.CompilerServices;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag;

/// <summary>
/// Walks DAGs depth first and in the order of their links, so that a block comes after the one that links it, and fetches the next blocks meanwhile. Blocks that CIDs carry in
/// themselves are walked through, and not returned: no store keeps them.
/// </summary>
/// <param name="source">Where blocks come from.</param>
/// <param name="options">How to walk.</param>
public sealed class DagWalk(IBlockSource source, DagWalkOptions? options = null)
{
    private readonly DagWalkOptions _options = Validate(options ?? new DagWalkOptions());

    /// <summary>Meets every block of some DAGs, the roots in their order.</summary>
    /// <param name="roots">Where to begin.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="IpfsException">
    /// A block cannot be had (<see cref="IpfsError.BlockNotFound"/>) or read (<see cref="IpfsError.Malformed"/>, <see cref="IpfsError.NotSupported"/>), or a limit was reached
    /// (<see cref="IpfsError.TooLarge"/>).
    /// </exception>
    public async IAsyncEnumerable<Block> RunAsync(IEnumerable<Cid> roots, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(roots);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetches = new DagFetches(source, _options, stop.Token);
        var waiting = new List<Cid>(roots.Reverse());
        HashSet<Cid> met = [];
        long count = 0;
        try
        {
            while (waiting.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var cid = waiting[^1];
                waiting.RemoveAt(waiting.Count - 1);
                if ((!_options.Repeats && !met.Add(cid)) || _options.Filter?.Invoke(cid) == false) continue;
                if (count++ == _options.MaxBlocks) throw new IpfsException(IpfsError.TooLarge, $"The DAG has more than {_options.MaxBlocks} blocks.");
                var isInline = Block.TryInline(cid, out var inline);
                var data = inline?.Data ?? default;
                if (!isInline)
                {
                    var fetch = fetches.Begin(cid);
                    fetches.Ahead(waiting, met);
                    if (await fetch is not { } fetched) continue;
                    data = fetched.Data;
                }

                Follow(LinksOf(cid, data), waiting);
                if (!isInline) yield return new Block(cid, data);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await fetches.DrainAsync();
        }
    }

    private static DagWalkOptions Validate(DagWalkOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Ahead);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Ahead, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWaiting, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBlocks, 1);
        return options;
    }

    private IReadOnlyList<Cid> LinksOf(Cid cid, ReadOnlyMemory<byte> data) =>
        _options.TakesUnknownAsLeaves && !DagLinks.CanRead(cid.Codec) ? [] : DagLinks.Of(cid, data);

    private void Follow(IReadOnlyList<Cid> links, List<Cid> waiting)
    {
        if (links.Count > _options.MaxWaiting - waiting.Count)
            throw new IpfsException(IpfsError.TooLarge, $"More than {_options.MaxWaiting} links of the DAG wait to be followed.");
        for (var i = links.Count - 1; i >= 0; i--) waiting.Add(links[i]);
    }
}
