using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Transports.Pipes;

/// <summary>Writes a connection that is a stream of another one: what is flushed together is one write, which leaves in as few frames as it can.</summary>
internal sealed class StreamPipeWriter(MuxedStream stream) : OnDemandPipeWriter
{
    public override void EndSending() => stream.CompleteWrites();

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => stream.WriteAsync(data, cancellationToken);

    protected override Libp2pException? Classify(Exception error) => StreamErrors.Transferring(error);
}
