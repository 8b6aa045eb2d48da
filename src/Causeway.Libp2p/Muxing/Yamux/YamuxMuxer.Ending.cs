namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>How the connection ends.</content>
internal sealed partial class YamuxMuxer
{
    private static readonly Exception Graceful = new Libp2pException(Libp2pError.ConnectionClosed, "The connection was closed.");

    private readonly TaskCompletionSource _readingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _writingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _lingering;
    private bool _truncated;
    private bool _closing;

    /// <summary>Refuses new streams and tells the other end so; existing streams finish, then the connection ends.</summary>
    public void GoAway()
    {
        bool mine;
        lock (Gate)
        {
            if (_ending is not null) return;
            _session.GoAway(GoAwayCode.Normal);
            mine = TryOwnWriter();
        }

        if (mine) Pump();
        AfterBatch();
    }

    /// <inheritdoc/>
    public void Abort(Exception reason) => _ = End(reason, GoAwayCode.InternalError);

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            // go-yamux and js-yamux drop the connection when they see a go-away, so it comes after everything else.
            _session.StopOpening();
            _closing = true;
        }

        try
        {
            await DrainAsync(cancellationToken);
            GoAway();
            await DrainAsync(cancellationToken);
            if (End(null, null, linger: true)) await _readingEnded.Task.WaitAsync(_options.CloseLinger, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Both waits are bounded courtesies; what follows ends the connection in any case.
        }
        finally
        {
            _ = End(null, null);
            _lingering = false;
            _input.CancelPendingRead();
            _ = _closed.TrySetResult(null);
        }

        // Whoever owns the writer may still be filling the pipe's memory, which goes back to the pool when the transport is disposed.
        await _writingEnded.Task.WaitAsync(_options.CloseTimeout, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(CancellationToken.None);

    /// <summary>Waits until every pending write is flushed.</summary>
    private Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (IsDrained) return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task.WaitAsync(_options.CloseTimeout, _time, cancellationToken);
        }
    }

    private bool IsDrained => _ending is not null || (!_writerOwned && !_session.HasWork && !_session.HasPendingWrites);

    private void CheckDrained()
    {
        if (_drained is null || !IsDrained) return;
        _ = _drained.TrySetResult();
        _drained = null;
    }

    /// <summary>The read loop is over: the other end closed, the pipe failed, or a frame broke the rules.</summary>
    private void EndReading(Exception? failure)
    {
        if (Interlocked.Exchange(ref _readerDone, 1) != 0) return;
        var ready = _ready;
        _ready = null;
        switch (failure)
        {
            case Libp2pException { Error: Libp2pError.ProtocolViolation or Libp2pError.ResourceLimit } broken:
                End(broken, GoAwayCode.ProtocolError);
                break;
            case Libp2pException gone:
                End(gone, null);
                break;
            case not null:
                End(new Libp2pException(Libp2pError.ConnectionClosed, "The connection was lost: " + failure.Message, failure), null);
                break;
            default:
                End(EndOfInput(), null);
                break;
        }

        Queue(ready);
        _input.Complete();
        _ = _readingEnded.TrySetResult();
    }

    private Libp2pException? EndOfInput()
    {
        if (_truncated || _payloadLeft > 0) return new Libp2pException(Libp2pError.ConnectionClosed, "The other end closed the connection in the middle of a frame.");
        lock (Gate)
        {
            // go-yamux closes without a go-away; that is graceful when no stream was cut.
            return _session.RemoteHasGoneAway || _session.StreamCount == 0
                ? null
                : new Libp2pException(Libp2pError.ConnectionClosed, "The other end closed the connection while streams were open.");
        }
    }

    /// <summary>After a go-away, the end of the last stream ends the connection.</summary>
    private void EndIfFinished()
    {
        lock (Gate)
        {
            if (_ending is not null || _closing || !_session.IsFinished) return;
        }

        End(null, GoAwayCode.Normal);
    }

    /// <summary>Ends the connection, once.</summary>
    /// <param name="reason">Why; null for a graceful end.</param>
    /// <param name="tell">The go-away to send, if the pipe takes it at once.</param>
    /// <param name="linger">Go on reading, without taking frames apart, until the other end closes.</param>
    /// <returns>Whether it was this call that ended it.</returns>
    private bool End(Exception? reason, GoAwayCode? tell, bool linger = false)
    {
        StreamState[] streams;
        Libp2pException failure;
        bool mine, cancel;
        lock (Gate)
        {
            if (_ending is not null) return false;
            _lingering = linger;
            _ending = reason ?? Graceful;
            failure = Ended();
            streams = _session.End(tell);
            mine = !_writerOwned;
            _writerOwned = true;
            cancel = _flushPending;
            _ = _drained?.TrySetResult();
        }

        StopKeepAlive();
        foreach (var stream in streams) stream.Stream?.Fail(failure);
        _ = _accepted.Writer.TryComplete();
        AdmitOpeners();
        FailPings(failure);
        _session.Memory.Close();
        if (mine) Pump();
        else if (cancel) _output.CancelPendingFlush();
        if (!linger)
        {
            _input.CancelPendingRead();
            _ = _closed.TrySetResult(reason);
        }

        if (reason is Libp2pException { Error: Libp2pError.ProtocolViolation or Libp2pError.ResourceLimit }) YamuxLog.Violated(_log, reason.Message);
        else if (reason is not null) YamuxLog.Ended(_log, reason.Message);
        return true;
    }
}
