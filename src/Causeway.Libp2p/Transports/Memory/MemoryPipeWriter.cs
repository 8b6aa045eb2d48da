using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Transports.Memory;

/// <summary>The writing end of a pipe that either side can tear down.</summary>
internal sealed class MemoryPipeWriter(PipeWriter inner) : PipeWriter
{
    private Libp2pException? _ended;

    /// <summary>Fails flushes from now on, the pending one included. False when it had ended before.</summary>
    public bool TryEnd(Libp2pException reason)
    {
        if (Interlocked.CompareExchange(ref _ended, reason, null) is not null) return false;
        inner.CancelPendingFlush();
        return true;
    }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void Advance(int bytes) => inner.Advance(bytes);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfEnded();
        var result = await inner.FlushAsync(cancellationToken);
        if (result.IsCanceled) ThrowIfEnded();
        if (result.IsCompleted) throw new Libp2pException(Libp2pError.ConnectionClosed, "The other end closed the connection.");
        return result;
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete();

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _ended) is { } reason) throw new Libp2pException(reason.Error, reason.Message, reason);
    }
}
