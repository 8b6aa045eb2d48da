using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>Opens WebSockets as a client.</summary>
internal sealed class WebSocketDialer(WebSocketTransportOptions options, TimeProvider time)
{
    // KiB of headers in an answer. Ours has six lines; what stands before a server may add some.
    private const int MaxResponseHeaders = 16;

    /// <summary>Dials.</summary>
    /// <exception cref="Libp2pException">It did not work out; the code says why.</exception>
    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, WebSocketAddress target, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.UpgradeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        Socket? socket = null;
        using var handler = CreateHandler(async token => socket = await ConnectAsync(target.EndPoint, token));
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var client = new ClientWebSocket();
        try
        {
            // Yamux asks whether the other end is still there; once is enough.
            client.Options.KeepAliveInterval = TimeSpan.Zero;
            await client.ConnectAsync(target.Uri, invoker, either.Token);
            var local = WebSocketAddress.Of((IPEndPoint)socket!.LocalEndPoint!, target.IsSecure);
            return new WebSocketConnection(client, () => Reset(socket), local, target.Canonical);
        }
        catch (Exception error)
        {
            client.Dispose();
            socket?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested)
                throw new Libp2pException(Libp2pError.TimedOut, $"{address} did not open a WebSocket within {options.UpgradeTimeout.TotalSeconds:0.#} s.", error);
            if (error is WebSocketException or HttpRequestException or IOException or SocketException or ObjectDisposedException or OperationCanceledException)
                throw WebSocketErrors.Dialing(address, error);
            throw;
        }
    }

    // The address that was resolved is the one that is dialed, directly: no proxy, no redirect, no cookie, nothing about our activities.
    private SocketsHttpHandler CreateHandler(Func<CancellationToken, Task<Socket>> connect) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MaxResponseHeaders,
        SslOptions = { RemoteCertificateValidationCallback = options.ValidateCertificate },
        ConnectCallback = async (_, token) => new NetworkStream(await connect(token), ownsSocket: true),
    };

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            // Linger 0 sends a reset: the other end learns at once, and no TIME_WAIT is left here.
            socket.LingerState = new LingerOption(enable: true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Already gone.
        }

        socket.Dispose();
    }
}
