using System.Buffers;

namespace Causeway.Libp2p.Negotiation;

/// <summary>Negotiation over a muxed stream, which is read by exactly the bytes that are due.</summary>
internal sealed class StreamNegotiationChannel(Stream stream) : NegotiationChannel
{
    private readonly ArrayBufferWriter<byte> _output = new(64);
    private readonly byte[] _input = ArrayPool<byte>.Shared.Rent(MultistreamMessage.MaxLength);

    public override IBufferWriter<byte> Output => _output;

    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_output.WrittenCount == 0) return;
        await stream.WriteAsync(_output.WrittenMemory, cancellationToken);
        _output.ResetWrittenCount();
    }

    public override async ValueTask ReadMessageAsync(MultistreamDecoder decoder, CancellationToken cancellationToken)
    {
        while (decoder.Wanted > 0)
        {
            var pending = stream.ReadAsync(_input.AsMemory(0, decoder.Wanted), cancellationToken);
            if (!pending.IsCompleted) await FlushAsync(cancellationToken);
            var read = await pending;
            if (read == 0) throw Ended();
            decoder.Append(_input.AsSpan(0, read));
        }
    }

    public override void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_input);
        base.Dispose();
    }
}
