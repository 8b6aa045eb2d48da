using System.Net.Sockets;

namespace Causeway.Hosting.Control;

/// <summary>The end of a control socket at which commands ask: HTTP/1.1 over a Unix socket.</summary>
public static class ControlSocketClient
{
    /// <summary>A client; it connects when it is asked something, and has no time limit of its own.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="maxResponse">The longest answer in bytes.</param>
    /// <exception cref="ControlSocketException">The path is too long.</exception>
    public static HttpClient Create(string path, int maxResponse)
    {
        var endPoint = ControlSocket.At(path);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endPoint, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = maxResponse };
    }
}
