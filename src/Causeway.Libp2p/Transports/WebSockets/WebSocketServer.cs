using System.Net;
using Causeway.Hosting.Access;
using Causeway.Hosting.Servers;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>A listener with a web server of its own. Connections outlive it; the server goes with the last of them.</summary>
internal sealed class WebSocketServer : ITransportListener
{
    // What a full Noise message (2 + 65535 bytes) comes in.
    private const int BlockSize = 64 * 1024;

    private readonly WebSocketListener _listener;
    private readonly LocalServer _server;
    private int _closed;

    private WebSocketServer(WebSocketListener listener, LocalServer server)
    {
        _listener = listener;
        _server = server;
    }

    public Multiaddress Address => _listener.Address;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="Hosting.Lifecycle.UserErrorException">The address cannot be bound.</exception>
    public static async Task<WebSocketServer> StartAsync(
        WebSocketAddress address, WebSocketTransportOptions options, ILogger log, CancellationToken cancellationToken)
    {
        var listener = new WebSocketListener(address.Canonical, options, log);
        var proxies = new ProxyTrust(options.TrustedProxies);
        var settings = new LocalServerOptions
        {
            Addresses = [address.EndPoint.Address],
            Port = address.EndPoint.Port,
            IsIPv6Only = true,
            Certificate = address.IsSecure ? options.Certificate : null,
            MaxConnections = options.MaxConnections,
            MaxConnectionsPerAddress = options.MaxConnectionsPerAddress,
            IsUncounted = remote => IPAddress.IsLoopback(remote) || proxies.IsTrusted(remote),
            BlockSize = BlockSize,

            // What a read leads to is Noise and Yamux, which hand over themselves where somebody waits.
            IsInline = true,
        };

        // The host logs what it listens on and whom it refuses; the web server has nothing to add.
        var server = await LocalServer.StartAsync(
            settings,
            app =>
            {
                app.UseWebSockets(WebSocketListener.Settings);
                app.Run(listener.AcceptAsync);
            },
            NullLoggerFactory.Instance,
            cancellationToken);
        var bound = address with { EndPoint = new IPEndPoint(address.EndPoint.Address, server.Port) };
        listener.Open(bound.Canonical);
        return new WebSocketServer(listener, server);
    }

    public ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) => ((ITransportListener)_listener).AcceptAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _server.StopListening();
        await _listener.DisposeAsync();
        var ending = EndAsync();
        if (_listener.Connections == 0) await ending;
    }

    private async Task EndAsync()
    {
        await _listener.WhenEmpty;
        await _server.DisposeAsync();
    }
}
