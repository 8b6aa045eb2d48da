using System.Net;
using System.Threading.Channels;
using Causeway.Hosting.Access;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>
/// Takes connections for a host from a web server that has other things to serve on its port too:
/// <code>
/// var listener = new WebSocketListener(Multiaddress.Parse("/ip4/0.0.0.0/tcp/9091/ws"));
/// app.UseWebSockets(WebSocketListener.Settings);
/// app.Use((context, next) =&gt; context.WebSockets.IsWebSocketRequest ? listener.AcceptAsync(context) : next(context));
/// builder.UseWebSockets(new WebSocketTransportOptions { Mounted = [listener] }).Listen(listener.Address);
/// </code>
/// Requests are refused with 503 until the host listens and after it has stopped. Thread-safe.
/// </summary>
public sealed class WebSocketListener : ITransportListener
{
    // Upgraded and not yet accepted: the host's gate takes them at once unless all its handshakes are under way.
    private const int Backlog = 64;

    private readonly Channel<WebSocketConnection> _accepted = Channel.CreateBounded<WebSocketConnection>(Backlog);
    private readonly ProxyTrust _proxies;
    private readonly OriginPolicy? _origins;
    private readonly int _maxConnections;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private bool _isOpen;
    private bool _isClosed;

    /// <summary>Creates a listener without a server.</summary>
    /// <param name="address">The address that the server is bound to, with its port; <c>…/ws</c>, or <c>…/tls/ws</c> if it speaks TLS.</param>
    /// <param name="options">Origins, proxies and the number of connections; the rest is the server's. Null for the defaults.</param>
    /// <param name="log">Where refusals are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">The address is no WebSocket's, or an option is out of range.</exception>
    public WebSocketListener(Multiaddress address, WebSocketTransportOptions? options = null, ILogger? log = null)
    {
        if (!WebSocketAddress.TryParse(address, out var parsed)) throw new ArgumentException($"{address} is not a WebSocket address.", nameof(address));
        options ??= new WebSocketTransportOptions();
        options.Validate();
        Address = parsed.Canonical;
        _proxies = new ProxyTrust(options.TrustedProxies);
        _origins = options.AllowedOrigins.Count > 0 ? new OriginPolicy(options.AllowedOrigins) : null;
        _maxConnections = options.MaxConnections;
        _log = log ?? NullLogger.Instance;
    }

    /// <summary>What the server's WebSockets must be set to: no pings, since Yamux has its own.</summary>
    public static WebSocketOptions Settings => new() { KeepAliveInterval = TimeSpan.Zero };

    /// <inheritdoc/>
    public Multiaddress Address { get; private set; }

    /// <summary>Connections that are open.</summary>
    public int Connections
    {
        get
        {
            lock (_lock) return _connections;
        }
    }

    /// <summary>Completes when the listener is closed and its last connection has ended.</summary>
    internal Task WhenEmpty => _empty.Task;

    /// <summary>Serves a request: upgrades it and completes when the connection has ended, or refuses it.</summary>
    public async Task AcceptAsync(HttpContext context)
    {
        if (Refuse(context) is var (status, reason))
        {
            _log.WebSocketRefused(context.Connection.RemoteIpAddress, reason);
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(reason + "\n");
            return;
        }

        try
        {
            await ServeAsync(context);
        }
        finally
        {
            lock (_lock)
            {
                _connections--;
                EndIfEmpty();
            }
        }
    }

    /// <inheritdoc/>
    async ValueTask<TransportConnection?> ITransportListener.AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _accepted.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <summary>Takes no more connections; those that were accepted stay.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isClosed) return default;
            _isClosed = true;
            _accepted.Writer.Complete();
            EndIfEmpty();
        }

        while (_accepted.Reader.TryRead(out var waiting)) waiting.Abort();
        return default;
    }

    /// <summary>Whether this is the listener of an address, however it is spelled.</summary>
    internal bool IsAt(Multiaddress address) => WebSocketAddress.TryParse(address, out var parsed) && parsed.Canonical == Address;

    /// <summary>A host listens.</summary>
    /// <exception cref="Libp2pException">One did already.</exception>
    internal void Open(Multiaddress address)
    {
        lock (_lock)
        {
            if (_isOpen || _isClosed) throw new Libp2pException(Libp2pError.InvalidArgument, $"{Address} is in use by another host; make a listener for each.");
            _isOpen = true;
        }

        if (WebSocketAddress.TryParse(address, out var parsed)) Address = parsed.Canonical;
    }

    private (int Status, string Reason)? Refuse(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) return (StatusCodes.Status426UpgradeRequired, "this is where libp2p peers connect with a WebSocket");
        if (_origins?.RefuseOrigin(context.Request) is { } reason) return (StatusCodes.Status403Forbidden, reason);
        lock (_lock)
        {
            if (!_isOpen || _isClosed) return (StatusCodes.Status503ServiceUnavailable, "no host listens here");
            if (_connections >= _maxConnections) return (StatusCodes.Status503ServiceUnavailable, "too many connections");
            _connections++;
            return null;
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var isSecure = _proxies.IsSecure(context);
        var local = new IPEndPoint(context.Connection.LocalIpAddress ?? IPAddress.Loopback, context.Connection.LocalPort);

        // What comes over a Unix socket comes from this machine.
        var remote = _proxies.AddressOf(context) ?? new IPEndPoint(IPAddress.Loopback, 0);

        // Yamux sees to peers that do not read; a pause is no reason to end the connection.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        using var webSocket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = false });
        var connection = new WebSocketConnection(webSocket, context.Abort, WebSocketAddress.Of(local, isSecure), WebSocketAddress.Of(remote, isSecure));
        try
        {
            await _accepted.Writer.WriteAsync(connection, context.RequestAborted);
        }
        catch (Exception error) when (error is ChannelClosedException or OperationCanceledException)
        {
            connection.Abort();
        }

        await connection.Ended;
    }

    private void EndIfEmpty()
    {
        if (_isClosed && _connections == 0) _empty.TrySetResult();
    }
}
