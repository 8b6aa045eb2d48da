namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>Pings and keep-alive.</content>
internal sealed partial class YamuxMuxer
{
    private readonly KeepAlive _keepAlive;
    private TaskCompletionSource<TimeSpan>? _pings;
    private ITimer? _timer;

    /// <inheritdoc/>
    public async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        Task<TimeSpan> answer;
        bool mine;
        lock (Gate)
        {
            ThrowIfEnded();
            _pings ??= new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            answer = _pings.Task;
            _session.Ping();
            mine = TryOwnWriter();
        }

        if (mine) Pump();
        return await answer.WaitAsync(cancellationToken);
    }

    private void AnswerPings()
    {
        _ = _pings?.TrySetResult(_session.LastRoundTripTime);
        _pings = null;
    }

    private void FailPings(Exception failure)
    {
        TaskCompletionSource<TimeSpan>? pings;
        lock (Gate)
        {
            pings = _pings;
            _pings = null;
        }

        if (pings is null) return;
        _ = pings.TrySetException(failure);
        _ = pings.Task.Exception;
    }

    private void StartKeepAlive()
    {
        if (_options.KeepAliveInterval == Timeout.InfiniteTimeSpan) return;
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        lock (Gate)
        {
            if (_ending is null) _timer = _time.CreateTimer(static state => ((YamuxMuxer)state!).OnTimer(), this, _options.KeepAliveInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void StopKeepAlive()
    {
        lock (Gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void OnTimer()
    {
        KeepAliveAction action;
        bool mine;
        StreamState[] stale = [];
        lock (Gate)
        {
            if (_ending is not null) return;
            (action, var next) = _keepAlive.Fire(Now);
            if (action == KeepAliveAction.Ping)
            {
                stale = _session.Tick();
                _session.PingAfresh();
            }

            _ = _timer?.Change(next, Timeout.InfiniteTimeSpan);
            mine = TryOwnWriter();
        }

        if (action == KeepAliveAction.Close)
        {
            End(new Libp2pException(Libp2pError.TimedOut, "The other end is silent: it does not answer a keep-alive ping."), null);
            return;
        }

        foreach (var stream in stale) stream.Stream?.Fail(new Libp2pException(Libp2pError.StreamReset, "The stream was reset: the other end did not finish it."));
        if (mine) Pump();
    }
}
