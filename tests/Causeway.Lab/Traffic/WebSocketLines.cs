using System.Net.WebSockets;
using System.Text;

namespace Causeway.Lab.Traffic;

/// <summary>A WebSocket as lines: each line of the input is sent as a text message, each text message that comes is printed as a line.</summary>
internal static class WebSocketLines
{
    /// <summary>Connects, and serves until either side ends.</summary>
    /// <returns>0 when the input has ended, 1 when the server has closed.</returns>
    public static async Task<int> RunAsync(Uri address)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, CancellationToken.None);
        Console.WriteLine("open");
        var sending = Task.Run(() => SendAsync(socket));
        var receiving = ReceiveAsync(socket);
        return await Task.WhenAny(sending, receiving) == sending ? 0 : 1;
    }

    private static async Task SendAsync(ClientWebSocket socket)
    {
        while (await Console.In.ReadLineAsync() is { } line)
            await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    private static async Task ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[65_536];
        var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close) return;
            message.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage) continue;
            Console.WriteLine(Encoding.UTF8.GetString(message.ToArray()));
            message.SetLength(0);
        }
    }
}
