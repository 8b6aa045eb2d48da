using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

/// <summary>A client that writes its frames, and its requests, by hand.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;

    private RawClient(Socket socket) => _socket = socket;

    /// <summary>Upgrades a connection.</summary>
    public static async Task<RawClient> ConnectAsync(Multiaddress address, params string[] headers)
    {
        var (client, status) = await RequestAsync(address, headers);
        Assert.StartsWith("HTTP/1.1 101", status);
        return client;
    }

    /// <summary>Asks for a WebSocket; the status line may be a refusal.</summary>
    public static async Task<(RawClient Client, string Status)> RequestAsync(Multiaddress address, params string[] headers)
    {
        Assert.True(WebSocketAddress.TryParse(address, out var parsed));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(parsed.EndPoint, Some.Patience);
        var request = $"GET / HTTP/1.1\r\nHost: {parsed.EndPoint}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + string.Concat(headers.Select(header => header + "\r\n")) + "\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), SocketFlags.None, Some.Patience);

        // One byte at a time, so that no frame is taken for a header.
        var answer = new StringBuilder();
        var one = new byte[1];
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await socket.ReceiveAsync(one, SocketFlags.None, Some.Patience) == 1) answer.Append((char)one[0]);
        return (new RawClient(socket), answer.ToString().Split("\r\n")[0]);
    }

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes, SocketFlags.None, Some.Patience);

    public void Dispose() => _socket.Dispose();
}
