namespace Causeway.Storage.Writing;

/// <summary>A write that was asked for and whose end somebody waits for.</summary>
internal abstract class PendingWrite(CancellationToken cancellationToken)
{
    /// <summary>False when its caller gave it up while it waited; then it is over.</summary>
    public bool TryStart()
    {
        if (!cancellationToken.IsCancellationRequested) return true;
        Cancel(cancellationToken);
        return false;
    }

    /// <summary>Does the work; what it results in is told when it is committed.</summary>
    public abstract void Run(Transaction transaction);

    /// <summary>It is committed.</summary>
    public abstract void Complete();

    /// <summary>It failed, and nothing of it is there.</summary>
    public abstract void Fail(Exception error);

    protected abstract void Cancel(CancellationToken token);
}

/// <summary>A write with a result.</summary>
internal sealed class PendingWrite<T>(Func<Transaction, T> work, CancellationToken cancellationToken) : PendingWrite(cancellationToken)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override void Run(Transaction transaction) => _result = work(transaction);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception error) => _done.TrySetException(error);

    protected override void Cancel(CancellationToken token) => _done.TrySetCanceled(token);
}
