using Causeway.Multiformats;

namespace Causeway.Ipfs.Stores;

/// <summary>A collection under way; dispose it to let others begin one.</summary>
internal interface ISweep : IAsyncDisposable
{
    /// <summary>Goes on through the table and finds blocks that nobody marked and nobody touched, a bounded number of them, perhaps none; null at the end.</summary>
    ValueTask<IReadOnlyList<Multihash>?> FindAsync(Func<long, bool> isMarked, CancellationToken cancellationToken);

    /// <summary>Deletes what was found, except what was put or touched meanwhile.</summary>
    ValueTask<SweptBlocks> DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken);
}
