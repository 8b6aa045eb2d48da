using System.Buffers;
using System.IO.Pipelines;

namespace Causeway.Libp2p.Negotiation;

/// <summary>
/// A pipe on which a protocol was proposed without waiting: the proposal lies unflushed in the writer, and the reader checks the answer before
/// it hands out anything. With it <c>/multistream/1.0.0</c>, <c>/noise</c> and the first Noise message leave in one write.
/// </summary>
internal sealed class OptimisticPipe : PipeReader, IDuplexPipe
{
    private readonly IDuplexPipe _pipe;
    private readonly OptimisticProposal _proposal;

    public OptimisticPipe(IDuplexPipe pipe, string protocol)
    {
        _pipe = pipe;
        _proposal = new OptimisticProposal(protocol);
        pipe.Output.Write(_proposal.Frames.Span);
    }

    public PipeReader Input => this;

    public PipeWriter Output => _pipe.Output;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _proposal.Wanted == 0 ? _pipe.Input.ReadAsync(cancellationToken) : ReadAnswerAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        while (_proposal.Wanted > 0)
        {
            if (!_pipe.Input.TryRead(out result)) return false;
            if (!Take(result) && result.IsCanceled) return true;
        }

        return _pipe.Input.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => _pipe.Input.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _pipe.Input.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => _pipe.Input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _pipe.Input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _pipe.Input.CompleteAsync(exception);

    private async ValueTask<ReadResult> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        while (_proposal.Wanted > 0)
        {
            var result = await _pipe.Input.ReadAsync(cancellationToken);
            if (!Take(result) && result.IsCanceled) return new ReadResult(default, isCanceled: true, isCompleted: false);
        }

        return await _pipe.Input.ReadAsync(cancellationToken);
    }

    private bool Take(in ReadResult result)
    {
        var buffer = result.Buffer;
        while (_proposal.Wanted > 0 && !buffer.IsEmpty)
        {
            var part = buffer.First.Span;
            if (part.Length > _proposal.Wanted) part = part[.._proposal.Wanted];
            _proposal.Receive(part);
            buffer = buffer.Slice(part.Length);
        }

        _pipe.Input.AdvanceTo(buffer.Start, _proposal.Wanted == 0 ? buffer.Start : buffer.End);
        if (_proposal.Wanted > 0 && result.IsCompleted) throw NegotiationChannel.Ended();
        return _proposal.Wanted == 0;
    }
}
