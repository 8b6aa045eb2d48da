using Causeway.Hosting.Lifecycle;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>
/// WebSockets, in the clear and over TLS (libp2p specs, <c>websockets/README.md</c>): <c>/ip4|ip6/…/tcp/N/ws</c>, <c>…/tls/ws</c>, <c>…/wss</c> and, to dial,
/// <c>…/tls/sni/NAME/ws</c> and <c>…/http-path/…</c>. A name that is dialed (<c>/dns4/NAME/tcp/443/wss</c>) becomes the <c>sni</c> part when it is resolved: it goes
/// into the request and the certificate must be for it. Without TLS the request names the IP address.
/// </summary>
public sealed class WebSocketTransport : ITransport
{
    private readonly WebSocketTransportOptions _options;
    private readonly WebSocketDialer _dialer;
    private readonly ILogger _log;

    /// <summary>Creates the transport.</summary>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="time">The clock of time-outs; null for the system's.</param>
    /// <param name="loggers">Where listeners log; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public WebSocketTransport(WebSocketTransportOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        _options = options ?? new WebSocketTransportOptions();
        _options.Validate();
        _dialer = new WebSocketDialer(_options, time ?? TimeProvider.System);
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger<WebSocketTransport>();
    }

    /// <inheritdoc/>
    public bool CanDial(Multiaddress address) => WebSocketAddress.TryParse(address, out var parsed) && parsed.EndPoint.Port != 0;

    /// <inheritdoc/>
    public bool CanListen(Multiaddress address) =>
        MountedAt(address) is not null || (address.Has("tcp") && WebSocketAddress.TryParse(address, out var parsed) && parsed is { ServerName: null, HttpPath: null });

    /// <inheritdoc/>
    public ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken) =>
        WebSocketAddress.TryParse(address, out var target)
            ? _dialer.DialAsync(address, target, cancellationToken)
            : throw new Libp2pException(Libp2pError.NoAddress, $"{address} is not a WebSocket address; expected /ip4|ip6/<address>/tcp/<port>/ws, or …/tls/ws.");

    /// <inheritdoc/>
    public async ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        if (MountedAt(address) is { } mounted)
        {
            mounted.Open(address);
            return mounted;
        }

        if (!CanListen(address) || !WebSocketAddress.TryParse(address, out var parsed))
            throw new Libp2pException(Libp2pError.NoAddress, $"{address} cannot be listened on; expected /ip4|ip6/<address>/tcp/<port>/ws, or …/tls/ws.");
        if (parsed.IsSecure && _options.Certificate is null)
        {
            throw new Libp2pException(
                Libp2pError.InvalidArgument, $"{address} needs a certificate: name one in {nameof(WebSocketTransportOptions)}, or listen on …/ws behind a proxy that speaks TLS.");
        }

        try
        {
            return await WebSocketServer.StartAsync(parsed, _options, _log, cancellationToken);
        }
        catch (UserErrorException error)
        {
            throw WebSocketErrors.Listening(address, error);
        }
    }

    private WebSocketListener? MountedAt(Multiaddress address) => _options.Mounted.FirstOrDefault(listener => listener.IsAt(address));
}
