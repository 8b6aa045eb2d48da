using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>What an import has brought.</summary>
/// <param name="Roots">The roots that the archive names. Whoever wants to keep them pins them, before the hold ends that they imported under.</param>
/// <param name="Blocks">How many blocks the archive has; those that were in the store before are counted, too.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record CarImportResult(IReadOnlyList<Cid> Roots, long Blocks, long Bytes);

/// <summary>Puts the blocks of archives into a store.</summary>
public static class CarImport
{
    // Of one transaction: enough that its cost is small, and not so much that others wait long.
    private const int BatchBlocks = 512;
    private const int BatchBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Reads an archive to its end and puts its blocks into a store, in batches. Where it fails midway, the batches before are in the store, without a pin: the next collection removes
    /// what else needs them not.
    /// </summary>
    /// <param name="archive">The archive, from its first byte.</param>
    /// <param name="store">Where the blocks go. They are held until this returns; callers that pin roots take a hold of their own around both.</param>
    /// <param name="limits">What is taken at most.</param>
    /// <param name="progress">Told the bytes of blocks so far, after each batch.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    /// <exception cref="IpfsException">As for <see cref="CarReader.ReadAsync"/>, or the store is full (<see cref="IpfsError.QuotaExceeded"/>).</exception>
    public static async Task<CarImportResult> RunAsync(
        Stream archive, IBlockStore store, CarLimits? limits = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using var hold = await store.HoldAsync(cancellationToken);
        await using var reader = await CarReader.OpenAsync(archive, limits, leaveOpen: true, cancellationToken);
        List<Block> batch = [];
        var (pending, blocks, bytes) = (0, 0L, 0L);
        await foreach (var block in reader.ReadAllAsync(cancellationToken))
        {
            batch.Add(block);
            pending += block.Data.Length;
            if (batch.Count == BatchBlocks || pending >= BatchBytes) await PutAsync();
        }

        await PutAsync();
        return new CarImportResult(reader.Roots, blocks, bytes);

        async Task PutAsync()
        {
            await store.PutAsync(batch, cancellationToken);
            blocks += batch.Count;
            bytes += pending;
            progress?.Report(bytes);
            batch = [];
            pending = 0;
        }
    }
}
