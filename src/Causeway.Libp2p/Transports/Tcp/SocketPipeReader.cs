using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Causeway.Libp2p.Transports.Pipes;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>Reads a socket on demand; a zero-byte receive waits for data.</summary>
internal sealed class SocketPipeReader(Socket socket) : OnDemandPipeReader
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        _ = await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);

    protected override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    protected override Libp2pException? Classify(Exception error) =>
        error is SocketException or ObjectDisposedException ? SocketErrors.Transferring(error) : null;
}
