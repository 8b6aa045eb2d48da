using System.Threading.Tasks.Sources;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>The write that waits to be sent: one per stream, used again and again. Guarded by its muxer's lock.</summary>
internal sealed class WriteOperation(YamuxMuxer muxer, YamuxStream stream) : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private ReadOnlyMemory<byte> _rest;
    private Exception? _failure;
    private bool _inCall;
    private bool _copying;
    private bool _started;

    /// <summary>From <see cref="Begin"/> until the caller has taken the outcome.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Has an outcome.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Our side ends with this write.</summary>
    public bool Completes { get; private set; }

    /// <summary>Some of it has become frames, but not all.</summary>
    public bool IsPartlySent => _started && !_rest.IsEmpty;

    /// <summary>All of it has become frames.</summary>
    public bool IsSent => _started && _rest.IsEmpty;

    /// <summary>The next in a list of operations to complete.</summary>
    public WriteOperation? Next { get; set; }

    /// <summary>The stream.</summary>
    public YamuxStream Stream => stream;

    /// <summary>Begins: the caller is still inside its call and will look at the outcome itself.</summary>
    public void Begin(ReadOnlyMemory<byte> data, bool completes)
    {
        _rest = data;
        Completes = completes;
        _failure = null;
        _copying = _started = IsDecided = false;
        IsBusy = _inCall = true;
    }

    /// <summary>The caller's call returns: with the outcome, or with a task for later.</summary>
    public ValueTask LeaveCall(out bool pending)
    {
        _inCall = false;
        pending = !IsDecided;
        if (pending)
        {
            _source.Reset();
            return new ValueTask(this, _source.Version);
        }

        IsBusy = false;
        _rest = default;
        return _failure is null ? ValueTask.CompletedTask : ValueTask.FromException(_failure);
    }

    /// <summary>Watches the caller's token. Outside the lock.</summary>
    public void Watch(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _token = cancellationToken;
        _cancellation = cancellationToken.UnsafeRegister(static state => ((WriteOperation)state!).Cancel(), this);
    }

    /// <summary>The next bytes go into a frame; they are the muxer's until <see cref="EndChunk"/>.</summary>
    public ReadOnlyMemory<byte> TakeChunk(int bytes)
    {
        var chunk = _rest[..bytes];
        _rest = _rest[bytes..];
        _copying = _started = true;
        return chunk;
    }

    /// <summary>The bytes are copied; true when that decided the outcome.</summary>
    public bool EndChunk()
    {
        _copying = false;
        if (!_rest.IsEmpty && _failure is null) return false;
        if (_rest.IsEmpty) _failure = null;
        IsDecided = true;
        return true;
    }

    /// <summary>The bytes could not be copied: the write fails; true when that decided the outcome.</summary>
    public bool AbandonChunk(Exception failure)
    {
        _copying = false;
        return TryFail(failure);
    }

    /// <summary>Fails; true when the outcome is decided by that (bytes that are being copied put it off).</summary>
    public bool TryFail(Exception failure)
    {
        if (!IsBusy || IsDecided) return false;
        _failure ??= failure;
        if (_copying) return false;
        IsDecided = true;
        return true;
    }

    /// <summary>Whether the caller has left its call and waits for <see cref="Execute"/>.</summary>
    public bool IsAwaited => !_inCall;

    /// <summary>Hands the outcome out; the continuation runs here.</summary>
    public void Execute()
    {
        Exception? failure;
        lock (muxer.Gate)
        {
            failure = _failure;
            _rest = default;
        }

        if (failure is null) _source.SetResult(true);
        else _source.SetException(failure);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _cancellation.Dispose();
        _cancellation = default;
        _token = default;
        try
        {
            _ = _source.GetResult(token);
        }
        finally
        {
            lock (muxer.Gate) IsBusy = false;
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel() => muxer.CancelWrite(this, new OperationCanceledException("The write was cancelled.", _token));
}
