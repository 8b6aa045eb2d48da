using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>A TCP connection.</summary>
internal sealed class TcpConnection : TransportConnection
{
    // How long a graceful close waits for the other end to close too, so that unread data here does not turn our close into a reset.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private const int MostDrained = 1024 * 1024;

    private readonly Socket _socket;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private int _closed;

    public TcpConnection(Socket socket)
    {
        _socket = socket;
        _input = new SocketPipeReader(socket);
        _output = new SocketPipeWriter(socket);
        LocalAddress = Multiaddress.FromTcp((IPEndPoint)socket.LocalEndPoint!);
        RemoteAddress = Multiaddress.FromTcp((IPEndPoint)socket.RemoteEndPoint!);
    }

    public override Multiaddress LocalAddress { get; }

    public override Multiaddress RemoteAddress { get; }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        try
        {
            // Linger 0 sends a reset: the other end learns at once, and no TIME_WAIT is left here.
            _socket.LingerState = new LingerOption(enable: true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Already gone.
        }

        _socket.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;

        // Not Complete(): whoever writes may be in the middle of a flush that the other end does not take, and its buffers are still in use.
        _output.EndSending();
        try
        {
            await DrainAsync();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Reset by the other end, or it took its time: either way the socket goes now.
        }
        finally
        {
            _socket.Dispose();
        }
    }

    private async Task DrainAsync()
    {
        using var timeout = new CancellationTokenSource(Linger);
        _input.CancelPendingRead();
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (var drained = 0; drained < MostDrained;)
            {
                var received = await _socket.ReceiveAsync(buffer, SocketFlags.None, timeout.Token);
                if (received == 0) return;
                drained += received;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
