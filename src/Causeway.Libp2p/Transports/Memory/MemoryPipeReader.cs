using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Transports.Memory;

/// <summary>The reading end of a pipe that either side can tear down.</summary>
internal sealed class MemoryPipeReader(PipeReader inner) : PipeReader
{
    private Libp2pException? _ended;

    /// <summary>Fails reads from now on, the pending one included.</summary>
    public void End(Libp2pException reason)
    {
        if (Interlocked.CompareExchange(ref _ended, reason, null) is null) inner.CancelPendingRead();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfEnded();
        var result = await inner.ReadAsync(cancellationToken);
        if (result.IsCanceled) ThrowIfEnded();
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfEnded();
        return inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete();

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _ended) is { } reason) throw new Libp2pException(reason.Error, reason.Message, reason);
    }
}
