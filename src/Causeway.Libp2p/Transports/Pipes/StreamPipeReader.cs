using System.Runtime.CompilerServices;
using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Transports.Pipes;

/// <summary>Reads a connection that is a stream of another one; a read of zero bytes waits for data.</summary>
internal sealed class StreamPipeReader(MuxedStream stream) : OnDemandPipeReader
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask WaitAsync(CancellationToken cancellationToken) => _ = await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);

    protected override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => stream.ReadAsync(buffer, cancellationToken);

    protected override Libp2pException? Classify(Exception error) => StreamErrors.Transferring(error);
}
