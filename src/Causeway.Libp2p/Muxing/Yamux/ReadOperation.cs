using System.Threading.Tasks.Sources;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>The read that waits for data: one per stream, used again and again, so that waiting allocates nothing. Guarded by its stream's read lock.</summary>
internal sealed class ReadOperation(YamuxStream stream) : IValueTaskSource<int>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private Exception? _failure;

    /// <summary>From <see cref="Begin"/> until the caller has taken the outcome.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Data may be copied in.</summary>
    public bool IsOpen => IsPending && !IsClosed && _failure is null;

    /// <summary>The outcome is on its way to the caller: the buffer is the caller's again.</summary>
    private bool IsClosed { get; set; }

    /// <summary>Has an outcome; somebody has to call <see cref="Execute"/>.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Where data goes.</summary>
    public Memory<byte> Buffer { get; private set; }

    /// <summary>Bytes there already.</summary>
    public int Filled { get; set; }

    /// <summary>The next in a list of operations to complete.</summary>
    public ReadOperation? Next { get; set; }

    /// <summary>Begins to wait.</summary>
    public ValueTask<int> Begin(Memory<byte> buffer)
    {
        _source.Reset();
        Buffer = buffer;
        Filled = 0;
        _failure = null;
        IsDecided = IsClosed = false;
        IsPending = true;
        return new ValueTask<int>(this, _source.Version);
    }

    /// <summary>Watches the caller's token. Outside the lock.</summary>
    public void Watch(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _token = cancellationToken;
        _cancellation = cancellationToken.UnsafeRegister(static state => ((ReadOperation)state!).Cancel(), this);
    }

    /// <summary>Decides the outcome: what is filled in, or a failure. False when it was decided before.</summary>
    public bool TryDecide(Exception? failure)
    {
        if (!IsPending || IsDecided) return false;
        IsDecided = true;
        _failure = failure;
        return true;
    }

    /// <summary>Completes a decided read; its continuation runs here.</summary>
    public void Execute()
    {
        int filled;
        Exception? failure;
        lock (stream.ReadLock)
        {
            Buffer = default;
            IsClosed = true;
            filled = Filled;
            failure = _failure;
        }

        if (failure is null) _source.SetResult(filled);
        else _source.SetException(failure);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // Waits for a cancellation callback that is under way, so that it cannot hit the next read.
        _cancellation.Dispose();
        _cancellation = default;
        _token = default;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            lock (stream.ReadLock) IsPending = false;
        }
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        lock (stream.ReadLock)
        {
            if (!TryDecide(new OperationCanceledException("The read was cancelled.", _token))) return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
