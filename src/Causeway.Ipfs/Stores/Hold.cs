namespace Causeway.Ipfs.Stores;

/// <summary>A hold; disposed once, however often it is asked to.</summary>
internal sealed class Hold(Func<ValueTask> close) : IAsyncDisposable
{
    private int _isClosed;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isClosed, 1) == 0 ? close() : ValueTask.CompletedTask;
}
