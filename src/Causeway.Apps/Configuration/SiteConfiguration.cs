using Causeway.Multiformats;

namespace Causeway.Apps.Configuration;

/// <summary>How a site is served: what its configuration file says, and the defaults. Immutable; what each means stands in <see cref="SiteKeys"/>.</summary>
public sealed record SiteConfiguration
{
    /// <summary>The first port that is tried; 0 for one of the system's choice. Default 10000.</summary>
    public int Port { get; init; } = 10_000;

    /// <summary>Ports to try (1 to 1000). Default 100.</summary>
    public int PortRange { get; init; } = 100;

    /// <summary>Bytes that the headers of a request may have (4096 to 16 MiB). Default 32 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>How long after its headers a request may take to its answer's first byte. Default: no limit.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>How long an answer may take from its first byte to its last. Default: no limit.</summary>
    public TimeSpan? WriteTimeout { get; init; }

    /// <summary>How long a connection may wait for its next request. Default 120 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long the headers of a request may take. Default 15 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The Cache-Control header. Default no-cache.</summary>
    public string CacheControl { get; init; } = "no-cache";

    /// <summary>The X-Content-Type-Options header; empty for none. Default nosniff.</summary>
    public string ContentTypeOptions { get; init; } = "nosniff";

    /// <summary>The X-Frame-Options header; empty for none. Default none: the policy's frame-ancestors says it.</summary>
    public string FrameOptions { get; init; } = "";

    /// <summary>The Content-Security-Policy header; empty for none, null for the server's own. Default null.</summary>
    public string? ContentSecurityPolicy { get; init; }

    /// <summary>Whether pages of another origin may read what is served. Default no.</summary>
    public bool CorsEnabled { get; init; }

    /// <summary>The origin whose pages may; * for all.</summary>
    public string CorsOrigin { get; init; } = "";

    /// <summary>The methods that they may use besides GET, HEAD and POST. Default none.</summary>
    public IReadOnlyList<string> CorsMethods { get; init; } = [];

    /// <summary>The headers that they may send. Default none.</summary>
    public IReadOnlyList<string> CorsHeaders { get; init; } = [];

    /// <summary>Whether only pages of this server and of <see cref="AllowedOrigins"/> get a peer. Default yes.</summary>
    public bool CheckOrigin { get; init; } = true;

    /// <summary>Other origins whose pages get a peer. Default none.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Bytes that are read from a connection at once; null for the server's choice. Default null.</summary>
    public int? ReadBufferSize { get; init; }

    /// <summary>Bytes that wait to be written to a connection before its writer waits; null for the server's choice. Default null.</summary>
    public int? WriteBufferSize { get; init; }

    /// <summary>How long to wait for another page after the last has gone. Default 5 s.</summary>
    public TimeSpan AutoExitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the browser is opened. Default yes.</summary>
    public bool OpenBrowser { get; init; } = true;

    /// <summary>Whether to go on after the last page has gone. Default no.</summary>
    public bool Linger { get; init; }

    /// <summary>How much is logged (0 to 3). Default 0.</summary>
    public int Verbosity { get; init; }

    /// <summary>The page of a folder, and of single-page applications. Default index.html.</summary>
    public string IndexFile { get; init; } = "index.html";

    /// <summary>Whether paths without a file get the site's page. Default yes.</summary>
    public bool SpaFallback { get; init; } = true;

    /// <summary>The reserved protocol on which file lists and files travel. Default /p2p-webapp/1.0.0.</summary>
    public string ProtocolName { get; init; } = "/p2p-webapp/1.0.0";

    /// <summary>The topic on which a peer's files are announced when they have changed; null for none. Default none.</summary>
    public string? NotifyTopic { get; init; }

    /// <summary>Peers to start from beyond the local network. Default none.</summary>
    public IReadOnlyList<Multiaddress> Bootstrap { get; init; } = [];

    /// <summary>Relays to wait at. Default none.</summary>
    public IReadOnlyList<Multiaddress> Relays { get; init; } = [];

    /// <summary>Whether peers stay on this machine. Default no.</summary>
    public bool Local { get; init; }

    /// <summary>Whether the router is asked to forward the peers' ports. Default no.</summary>
    public bool PortMapping { get; init; }
}
