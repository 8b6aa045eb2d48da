using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>Copies the blocks of a tree from a store to another, in batches.</summary>
internal sealed class BlockCopy(IBlockStore from, IBlockStore to)
{
    private const int BatchBytes = 4 * 1024 * 1024;

    private readonly List<Block> _batch = [];
    private long _bytes;

    /// <summary>Copies them.</summary>
    public async Task RunAsync(Cid root, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Cid> { root };
        var waiting = new Stack<Cid>([root]);
        while (waiting.TryPop(out var cid))
        {
            var data = await from.GetAsync(cid, cancellationToken);
            foreach (var link in Ipfs.Dag.DagLinks.Of(cid, data))
            {
                if (seen.Add(link)) waiting.Push(link);
            }

            _batch.Add(new Block(cid, data));
            _bytes += data.Length;
            if (_bytes >= BatchBytes) await PutAsync(cancellationToken);
        }

        await PutAsync(cancellationToken);
    }

    private async Task PutAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0) await to.PutAsync(_batch, cancellationToken);
        _batch.Clear();
        _bytes = 0;
    }
}
