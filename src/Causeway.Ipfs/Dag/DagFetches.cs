using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag;

/// <summary>The blocks that a walk has asked for and not met yet.</summary>
internal sealed class DagFetches(IBlockSource source, DagWalkOptions options, CancellationToken cancellationToken)
{
    // Each level of a DAG may leave siblings behind that were asked for; a few levels' worth are kept, and below them fetches go one by one.
    private const int Levels = 4;

    private readonly Dictionary<Cid, Task<Block?>> _begun = [];

    /// <summary>The fetch of the block that is due. Null where nobody has it and that is no failure.</summary>
    public Task<Block?> Begin(Cid cid) => _begun.Remove(cid, out var begun) ? begun : FetchAsync(cid);

    /// <summary>Asks for the blocks that come next, if nothing below the one that is due comes before them.</summary>
    public void Ahead(List<Cid> waiting, HashSet<Cid> met)
    {
        var end = Math.Max(0, waiting.Count - options.Ahead);
        for (var i = waiting.Count - 1; i >= end && _begun.Count < options.Ahead * Levels; i--)
        {
            var cid = waiting[i];
            if (cid.Hash.Code == MultihashCode.Identity || met.Contains(cid) || _begun.ContainsKey(cid) || options.Filter?.Invoke(cid) == false) continue;
            _begun.Add(cid, FetchAsync(cid));
        }
    }

    /// <summary>Waits until no fetch is under way; how they end no longer matters.</summary>
    public async Task DrainAsync()
    {
        foreach (Task fetch in _begun.Values) await fetch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Block?> FetchAsync(Cid cid)
    {
        try
        {
            return new Block(cid, await source.GetAsync(cid, cancellationToken));
        }
        catch (IpfsException error) when (options.SkipsMissing && error.Error == IpfsError.BlockNotFound)
        {
            return null;
        }
    }
}
