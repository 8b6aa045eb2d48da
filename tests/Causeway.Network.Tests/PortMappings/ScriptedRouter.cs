using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.Tests.PortMappings;

/// <summary>A router on the loopback that answers PCP or NAT-PMP with what the test says: any number of datagrams.</summary>
internal sealed class ScriptedRouter : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ScriptedRouter(Func<byte[], IEnumerable<byte[]>> answer)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _running = RunAsync(answer);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public List<byte[]> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<byte[], IEnumerable<byte[]>> answer)
    {
        var buffer = new byte[2000];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var request = buffer[..received.ReceivedBytes];
                lock (Requests) Requests.Add(request);
                foreach (var datagram in answer(request)) await _socket.SendToAsync(datagram, received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
