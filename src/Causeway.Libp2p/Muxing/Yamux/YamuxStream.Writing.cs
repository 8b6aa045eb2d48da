namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>Writing.</content>
internal sealed partial class YamuxStream
{
    private readonly Completion _writesClosed = new();

    /// <summary>The write under way. Guarded by the muxer's lock.</summary>
    public WriteOperation PendingWrite { get; }

    /// <summary>Why nothing can be written any more, or null. Guarded by the muxer's lock.</summary>
    public Exception? WriteFailure { get; set; }

    /// <summary>Our side has been completed. Guarded by the muxer's lock.</summary>
    public bool WritesCompleted { get; set; }

    /// <inheritdoc/>
    public override Task WritesClosed => _writesClosed.Task;

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _muxer.WriteAsync(this, buffer, completes: false, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken = default) =>
        _muxer.WriteAsync(this, buffer, completeWrites, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Blocking.Wait(WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => Blocking.Wait(WriteAsync((ReadOnlyMemory<byte>)buffer.ToArray(), CancellationToken.None).AsTask());

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <inheritdoc/>
    public override void CompleteWrites() => _muxer.CompleteWrites(this);

    /// <summary>Every write is on its way when it completes; what remains is to open a stream that has not been written to.</summary>
    public override void Flush() => _muxer.Announce(_state);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        _muxer.Announce(_state);
        return Task.CompletedTask;
    }

    /// <summary>The end of our side has been sent.</summary>
    public void OnFinSent() => _writesClosed.Succeed();

    /// <summary>Our side has ended without FIN.</summary>
    public void OnWritesFailed(Exception failure) => _writesClosed.Fail(failure);
}
