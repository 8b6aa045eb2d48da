using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

/// <summary>Answers the first request with what it is told to, and leaves the connection open.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private Socket? _socket;

    public RawServer(string answer)
    {
        _listener.Start();
        Request = ServeAsync(answer);
    }

    public Multiaddress Address => WebSocketAddress.Of((IPEndPoint)_listener.LocalEndpoint, isSecure: false);

    /// <summary>The request that came.</summary>
    public Task<string> Request { get; }

    public void Dispose()
    {
        _socket?.Dispose();
        _listener.Dispose();
    }

    private async Task<string> ServeAsync(string answer)
    {
        _socket = await _listener.AcceptSocketAsync(Some.Patience);
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(buffer, SocketFlags.None, Some.Patience);
            if (count == 0) break;
            request.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        try
        {
            await _socket.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None, Some.Patience);
        }
        catch (SocketException)
        {
            // The client has had enough.
        }

        return request.ToString();
    }
}
