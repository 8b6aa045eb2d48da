namespace Causeway.Ipfs.Stores;

/// <summary>A collection under way; dispose it to let others begin one.</summary>
internal interface ISweep : IAsyncDisposable
{
    /// <summary>Goes on through the table, in steps of bounded size, and deletes what nobody keeps and nobody touched.</summary>
    ValueTask<SweepStep> StepAsync(Func<long, bool> isMarked, CancellationToken cancellationToken);
}
