using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>Writes DAGs as archives.</summary>
public static class CarExport
{
    /// <summary>Writes all blocks of some DAGs, depth first and each once (unless <paramref name="walk"/> says otherwise), so that the same DAG makes the same archive.</summary>
    /// <param name="target">Where the archive goes; seekable for version 2.</param>
    /// <param name="source">Where blocks come from.</param>
    /// <param name="roots">The roots.</param>
    /// <param name="version">The version.</param>
    /// <param name="walk">How the DAGs are walked.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>How many blocks were written.</returns>
    /// <exception cref="IpfsException">As for <see cref="DagWalk.RunAsync"/>; the archive is incomplete then.</exception>
    public static async Task<long> RunAsync(
        Stream target, IBlockSource source, IReadOnlyList<Cid> roots, CarVersion version = CarVersion.V1, DagWalkOptions? walk = null, CancellationToken cancellationToken = default)
    {
        var writer = await CarWriter.CreateAsync(target, roots, version, cancellationToken);
        var blocks = 0L;
        await foreach (var block in new DagWalk(source, walk).RunAsync(roots, cancellationToken))
        {
            await writer.WriteAsync(block, cancellationToken);
            blocks++;
        }

        await writer.FinishAsync(cancellationToken);
        return blocks;
    }
}
