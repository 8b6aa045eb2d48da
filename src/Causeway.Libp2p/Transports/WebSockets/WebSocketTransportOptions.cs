using System.Net;
using System.Net.Security;
using Causeway.Hosting.Access;
using Causeway.Hosting.Tls;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>How WebSockets are dialed and served.</summary>
public sealed record WebSocketTransportOptions
{
    /// <summary>
    /// What listeners on <c>/tls/ws</c> and <c>/wss</c> show: <see cref="ServerCertificate.FromFiles"/>, or for development
    /// <see cref="ServerCertificate.SelfSigned"/>. Stays the caller's to dispose, after the host. Default null: such addresses cannot be listened on.
    /// </summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>Servers of others that take connections for the host; it listens on them by their <see cref="WebSocketListener.Address"/>. Default none.</summary>
    public IReadOnlyList<WebSocketListener> Mounted { get; init; } = [];

    /// <summary>
    /// Origins, such as <c>https://chat.example.org</c>, whose pages may connect beside those of the same host; whoever names no origin is no page and welcome.
    /// Default none: every page may, since libp2p authenticates peers and nothing here hangs on a browser's cookies (go-libp2p and js-libp2p do the same).
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Networks of reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, so that limits per address count peers. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Connections that a listener holds at most, upgraded or not (1 and more). Default 8192.</summary>
    public int MaxConnections { get; init; } = 8192;

    /// <summary>
    /// The same of one IPv4 address or one /64 of IPv6, counted before TLS and before anything was read (1 and more); loopback and trusted proxies are exempt. Default 64.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; } = 64;

    /// <summary>How long TCP, TLS and the upgrade may take together when dialing (over 0 to 5 min). Listeners give a request's header 15 s, TLS 10 s. Default 10 s.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Judges the certificate of a dialed server in place of the system's store, for development. Default null: it must be trusted and of the name dialed.</summary>
    public RemoteCertificateValidationCallback? ValidateCertificate { get; init; }

    internal void Validate()
    {
        if (MaxConnections < 1 || MaxConnectionsPerAddress < 1) throw new ArgumentException($"The limits of {nameof(WebSocketTransportOptions)} must be at least 1.");
        if (UpgradeTimeout <= TimeSpan.Zero || UpgradeTimeout > TimeSpan.FromMinutes(5))
            throw new ArgumentException($"{nameof(WebSocketTransportOptions)}.{nameof(UpgradeTimeout)} must be over 0 and at most 5 minutes.");
        try
        {
            _ = new OriginPolicy(AllowedOrigins);
        }
        catch (FormatException error)
        {
            throw new ArgumentException($"{nameof(WebSocketTransportOptions)}.{nameof(AllowedOrigins)}: {error.Message}", error);
        }
    }
}
