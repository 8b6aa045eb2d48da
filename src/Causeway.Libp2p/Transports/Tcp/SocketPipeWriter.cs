using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Causeway.Libp2p.Transports.Pipes;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>Writes a socket in <c>FlushAsync</c>.</summary>
internal sealed class SocketPipeWriter(Socket socket) : OnDemandPipeWriter
{
    public override void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection has ended already: nothing is left to say.
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty) data = data[await socket.SendAsync(data, SocketFlags.None, cancellationToken)..];
    }

    protected override Libp2pException? Classify(Exception error) =>
        error is SocketException or ObjectDisposedException ? SocketErrors.Transferring(error) : null;
}
