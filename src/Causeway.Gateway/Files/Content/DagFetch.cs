using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Content;

/// <summary>Reads all blocks of a file, or of a folder without what is in it, several at a time; from a source that keeps what it gets.</summary>
internal static class DagFetch
{
    // What a file of 16 GiB has in blocks of 256 KiB, and some. A tree of more is read as a stream and not at once.
    private const int MaxBlocks = 100_000;

    private const int Concurrency = 32;

    /// <summary>Reads them.</summary>
    /// <exception cref="IpfsException">One is not to be had, or the tree has too many.</exception>
    public static async Task RunAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken)
    {
        var reader = new UnixFsReader(source);
        if ((await reader.StatAsync(cid, cancellationToken)).Kind == UnixFsKind.Directory)
        {
            await foreach (var _ in reader.ListAsync(cid, cancellationToken))
            {
            }

            return;
        }

        var seen = new HashSet<Cid> { cid };
        var level = new List<Cid> { cid };
        while (level.Count > 0)
        {
            var next = new List<Cid>();
            await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (block, token) =>
            {
                var links = DagLinks.Of(block, await source.GetAsync(block, token));
                if (links.Count == 0) return;
                lock (seen)
                {
                    next.AddRange(links.Where(seen.Add));
                    if (seen.Count > MaxBlocks) throw new IpfsException(IpfsError.TooLarge, $"{cid} has more than {MaxBlocks} blocks; read it as a stream");
                }
            });
            level = next;
        }
    }
}
