using System.Buffers;
using System.IO.Pipelines;

namespace Causeway.Libp2p.Negotiation;

/// <summary>Negotiation over a pipe: for security and muxers. Bytes past the negotiation stay in the pipe.</summary>
internal sealed class PipeNegotiationChannel(IDuplexPipe pipe) : NegotiationChannel
{
    public override IBufferWriter<byte> Output => pipe.Output;

    public override async ValueTask FlushAsync(CancellationToken cancellationToken) => _ = await pipe.Output.FlushAsync(cancellationToken);

    public override async ValueTask ReadMessageAsync(MultistreamDecoder decoder, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!pipe.Input.TryRead(out var result))
            {
                await FlushAsync(cancellationToken);
                result = await pipe.Input.ReadAsync(cancellationToken);
            }

            var complete = Take(decoder, result.Buffer, out var consumed);
            pipe.Input.AdvanceTo(consumed, complete ? consumed : result.Buffer.End);
            if (complete) return;
            if (result.IsCompleted) throw Ended();
        }
    }

    private static bool Take(MultistreamDecoder decoder, ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        Span<byte> scratch = stackalloc byte[MultistreamMessage.MaxLength];
        while (decoder.Wanted > 0 && !buffer.IsEmpty)
        {
            var part = buffer.Slice(0, Math.Min(decoder.Wanted, buffer.Length));
            part.CopyTo(scratch);
            buffer = buffer.Slice(part.Length);
            decoder.Append(scratch[..(int)part.Length]);
        }

        consumed = buffer.Start;
        return decoder.Wanted == 0;
    }
}
