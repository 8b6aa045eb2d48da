namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>What streams ask of their muxer.</content>
internal sealed partial class YamuxMuxer
{
    /// <summary>Writes for a stream.</summary>
    public ValueTask WriteAsync(YamuxStream stream, ReadOnlyMemory<byte> data, bool completes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        var operation = stream.PendingWrite;
        bool mine;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
            if (stream.WriteFailure is { } failure) return ValueTask.FromException(failure);
            if (stream.WritesCompleted) throw new InvalidOperationException("The writing side of this stream is completed.");
            if (operation.IsBusy) throw new InvalidOperationException("A write is under way on this stream; await it before the next.");
            if (completes) stream.WritesCompleted = true;
            if (!data.IsEmpty)
            {
                operation.Begin(data, completes);
                _session.QueueData(stream.State, data.Length);
            }
            else if (completes)
            {
                _session.QueueFin(stream.State);
            }

            mine = TryOwnWriter();
        }

        if (mine) Pump();
        if (data.IsEmpty) return ValueTask.CompletedTask;
        ValueTask task;
        bool pending;
        lock (Gate) task = operation.LeaveCall(out pending);
        if (pending) operation.Watch(cancellationToken);
        return task;
    }

    /// <summary>Half-closes a stream.</summary>
    public void CompleteWrites(YamuxStream stream)
    {
        bool mine;
        lock (Gate)
        {
            if (stream.WritesCompleted || stream.WriteFailure is not null) return;
            stream.WritesCompleted = true;
            _session.QueueFin(stream.State);
            mine = TryOwnWriter();
        }

        if (mine) Pump();
    }

    /// <summary>Sends the SYN or ACK that a stream still owes.</summary>
    public void Announce(StreamState state)
    {
        bool mine;
        lock (Gate)
        {
            _session.Announce(state);
            mine = TryOwnWriter();
        }

        if (mine) Pump();
    }

    /// <summary>The application has read from a stream.</summary>
    public void Consumed(StreamState state, int bytes)
    {
        bool mine;
        lock (Gate)
        {
            _session.Consumed(state, bytes, Now);
            mine = TryOwnWriter();
        }

        if (mine) Pump();
    }

    /// <summary>A caller gave its write up.</summary>
    public void CancelWrite(WriteOperation operation, Exception cancelled)
    {
        lock (Gate)
        {
            if (!operation.IsBusy || operation.IsDecided || operation.IsSent) return;
            if (!operation.IsPartlySent)
            {
                if (operation.Completes) operation.Stream.WritesCompleted = false;
                _session.Unqueue(operation.Stream.State);
                if (operation.TryFail(cancelled)) Later(operation);
                return;
            }

            if (operation.TryFail(cancelled)) Later(operation);
        }

        // The other end has the front of a message whose rest will never come.
        Reset(operation.Stream, 0, new Libp2pException(Libp2pError.StreamReset, "The stream was reset: a write was cancelled when a part of it had been sent."), fail: true);
    }

    /// <summary>Resets a stream from our side.</summary>
    public void Reset(YamuxStream stream, uint code, Exception failure, bool fail = false)
    {
        if (fail) stream.Fail(failure);
        bool mine;
        lock (Gate)
        {
            FailWritesLocked(stream, failure);
            _session.Reset(stream.State, code);
            mine = TryOwnWriter();
        }

        AdmitOpeners();
        if (mine) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The application is done with a stream.</summary>
    public void Discard(YamuxStream stream)
    {
        bool mine;
        lock (Gate)
        {
            stream.WritesCompleted = true;
            _session.Discard(stream.State);

            // Nothing was ever sent, so nothing has to be.
            if (stream.State is { IsRemoved: true, FinSent: false }) stream.OnFinSent();
            mine = TryOwnWriter();
        }

        AdmitOpeners();
        if (mine) Pump();
    }

    /// <summary>Nothing can be written to a stream any more.</summary>
    public void FailWrites(YamuxStream stream, Exception failure)
    {
        lock (Gate) FailWritesLocked(stream, failure);
    }

    private static void FailWritesLocked(YamuxStream stream, Exception failure)
    {
        if (stream.WriteFailure is not null) return;
        stream.WriteFailure = failure;
        stream.OnWritesFailed(failure);
        if (stream.PendingWrite.TryFail(failure)) Later(stream.PendingWrite);
    }
}
