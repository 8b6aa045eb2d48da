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

    // The nodes of a file that is cut finely may be longer than what is in it. Whoever says that a file is short, and has more below it, lies.
    private const int MaxExcess = 4;

    /// <summary>Reads them.</summary>
    /// <exception cref="IpfsException">One is not to be had, or it is more than a message takes.</exception>
    public static async Task RunAsync(IBlockSource source, Cid cid, FilesOptions options, CancellationToken cancellationToken)
    {
        var reader = new UnixFsReader(source);
        var entry = await reader.StatAsync(cid, cancellationToken);
        if (entry.Kind == UnixFsKind.Directory)
        {
            var names = 0;
            await foreach (var _ in reader.ListAsync(cid, cancellationToken))
                if (++names > options.MaxListedEntries) throw FileErrors.TooManyNames(cid, options.MaxListedEntries);
            return;
        }

        if (entry.Size > options.MaxMessageFileBytes) throw FileErrors.TooLong(cid, entry.Size, options.MaxMessageFileBytes);
        var left = (long)MaxExcess * (options.MaxMessageFileBytes + Block.MaxLength);
        var seen = new HashSet<Cid> { cid };
        var level = new List<Cid> { cid };
        while (level.Count > 0)
        {
            var next = new List<Cid>();
            await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (block, token) =>
            {
                var data = await source.GetAsync(block, token);
                if (Interlocked.Add(ref left, -data.Length) < 0) throw new IpfsException(IpfsError.TooLarge, $"{cid} has far more blocks than bytes; read it as a stream");
                var links = DagLinks.Of(block, data);
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
