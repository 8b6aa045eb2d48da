namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>Reading.</content>
internal sealed partial class YamuxStream
{
    private readonly ReceiveBuffer _buffer;
    private readonly ReadOperation _read;
    private readonly Completion _readsClosed = new();
    private bool _endOfData;
    private Exception? _readFailure;

    /// <summary>Guards what is received and who waits for it.</summary>
    public Lock ReadLock { get; } = new();

    /// <inheritdoc/>
    public override Task ReadsClosed => _readsClosed.Task;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        int taken;
        ValueTask<int> task = default;
        lock (ReadLock)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (_read.IsPending) throw new InvalidOperationException("A read is under way on this stream; await it before the next.");
            if (_readFailure is { } failure) return ValueTask.FromException<int>(failure);
            if (_buffer.Length > _state.PeakUnread) _state.PeakUnread = _buffer.Length;
            taken = _buffer.Length > 0 ? _buffer.Read(buffer.Span) : -1;
            if (taken < 0)
            {
                if (_endOfData) return ValueTask.FromResult(0);
                task = _read.Begin(buffer);
            }
        }

        if (taken >= 0)
        {
            if (taken > 0) _muxer.Consumed(_state, taken);
            return ValueTask.FromResult(taken);
        }

        // Both only ever turn false, so a look without the lock is enough.
        if (_state.OwesSyn || _state.OwesAck) _muxer.Announce(_state);
        _read.Watch(cancellationToken);
        return task;
    }

    /// <summary>Payload has arrived. False when it cannot be kept and the stream has to be reset.</summary>
    /// <param name="payload">The bytes.</param>
    /// <param name="direct">How many of them went straight to a waiting reader.</param>
    /// <param name="ready">The read that has to be executed because of this, or null.</param>
    public bool TryReceive(ReadOnlySpan<byte> payload, out int direct, out ReadOperation? ready)
    {
        direct = 0;
        ready = null;
        lock (ReadLock)
        {
            if (_readFailure is not null || _disposed != 0) return true;
            if (_read.IsOpen)
            {
                if (_buffer.Length == 0)
                {
                    direct = Math.Min(payload.Length, _read.Buffer.Length - _read.Filled);
                    payload[..direct].CopyTo(_read.Buffer.Span[_read.Filled..]);
                    _read.Filled += direct;
                    payload = payload[direct..];
                }

                if (_read.TryDecide(null)) ready = _read;
            }

            return payload.IsEmpty || _buffer.TryAppend(payload);
        }
    }

    /// <summary>The end of data has arrived. Returns the read that has to be executed because of this.</summary>
    public ReadOperation? ReceiveEnd()
    {
        lock (ReadLock)
        {
            if (_readFailure is not null || _endOfData) return null;
            _endOfData = true;
            _readsClosed.Succeed();
            return _read.TryDecide(null) ? _read : null;
        }
    }

    /// <summary>Reads fail from now on, unless the end of data has arrived and nothing is to be dropped.</summary>
    private void FailReads(Exception failure, bool drop = false)
    {
        bool decided;
        lock (ReadLock)
        {
            if (_endOfData && !drop) return;
            _buffer.Clear();
            if (_readFailure is not null) return;
            _readFailure = failure;
            _readsClosed.Fail(failure);
            decided = _read.TryDecide(failure);
        }

        if (decided) ThreadPool.UnsafeQueueUserWorkItem(_read, preferLocal: false);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var copy = new byte[Math.Min(buffer.Length, 65536)];
        var read = Blocking.Wait(ReadAsync(copy).AsTask());
        copy.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);
}
