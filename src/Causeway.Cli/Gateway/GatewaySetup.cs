using Causeway.Apps.Configuration;
using Causeway.Cli.Commands;
using Causeway.Gateway;
using Causeway.Gateway.Peers;
using Causeway.Hosting.Access;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Servers;
using Causeway.Hosting.Sites;

namespace Causeway.Cli.Gateway;

/// <summary>What the gateway runs with: the command line over the site's configuration over the defaults.</summary>
internal sealed class GatewaySetup(GatewaySettings settings)
{
    // The chat that is built in shows changes of files at once, and has no configuration of its own.
    private const string ChatFilesTopic = "causeway-chat-files";

    private const int LeastReadBuffer = 4096;
    private const int LeastWriteBuffer = 64 * 1024;

    private readonly SiteConfiguration _configuration = settings.Site?.Configuration ?? DefaultSite.ChatConfiguration;

    /// <summary>Whether the browser is opened.</summary>
    public bool OpenBrowser => settings.NoOpen is { } no ? !no : _configuration.OpenBrowser;

    /// <summary>Whether to go on after the last page has gone.</summary>
    public bool Linger => settings.Linger ?? _configuration.Linger;

    /// <summary>How long to wait for another page after the last has gone.</summary>
    public TimeSpan AutoExit => _configuration.AutoExitTimeout;

    /// <summary>How much is logged.</summary>
    public int Verbosity => settings.Verbosity ?? _configuration.Verbosity;

    /// <summary>How long requests may take.</summary>
    public (TimeSpan? Read, TimeSpan? Write) TimeLimits => (_configuration.ReadTimeout, _configuration.WriteTimeout);

    /// <summary>Whether the site lets every page of the web use the gateway.</summary>
    public bool IsOpenToAllPages => settings.AllowedOrigins is null && !_configuration.CheckOrigin;

    /// <summary>Which pages of other origins may read what is served; null for none.</summary>
    public CorsOptions? Cors => _configuration.CorsEnabled
        ? new CorsOptions { Origin = _configuration.CorsOrigin, Methods = _configuration.CorsMethods, Headers = _configuration.CorsHeaders }
        : null;

    /// <summary>Bounds and times of the gateway.</summary>
    public GatewayOptions Gateway => new() { Version = VersionCommand.Version, FileProtocol = _configuration.ProtocolName, NotifyTopic = _configuration.NotifyTopic ?? (settings.Site is null ? ChatFilesTopic : null) };

    /// <summary>How peers are on the network.</summary>
    public PeerNetworkOptions Network => (settings.Local ?? _configuration.Local ? PeerNetworkOptions.ThisMachine : new PeerNetworkOptions()) with
    {
        Bootstrap = settings.Bootstrap ?? _configuration.Bootstrap,
        Relays = settings.Relays ?? _configuration.Relays,
        PortMapping = settings.PortMapping ?? _configuration.PortMapping,
    };

    /// <summary>Where pages are served.</summary>
    public LocalServerOptions Server => new()
    {
        Addresses = settings.Listen,
        Port = settings.Port ?? (_configuration.Port == 0 ? 0 : null),
        FirstPort = _configuration.Port == 0 ? 1 : _configuration.Port,
        PortsToTry = _configuration.PortRange,
        MaxHeaderBytes = _configuration.MaxHeaderBytes,
        HeaderTimeout = _configuration.HeaderTimeout,
        IdleTimeout = _configuration.IdleTimeout,
        BlockSize = _configuration.ReadBufferSize is { } read ? Math.Max(read, LeastReadBuffer) : 0,
        WriteBufferSize = _configuration.WriteBufferSize is { } write ? Math.Max(write, LeastWriteBuffer) : 0,
    };

    /// <summary>What is served.</summary>
    /// <exception cref="UserErrorException">This build has no chat inside.</exception>
    public SiteOptions Site()
    {
        if (settings.Site is null) return DefaultSite.Chat();
        return new SiteOptions
        {
            Files = DefaultSite.WithLibrary(settings.Site.Files),
            IndexFile = _configuration.IndexFile,
            SpaFallback = _configuration.SpaFallback,
            CacheControl = _configuration.CacheControl,
            ContentSecurityPolicy = _configuration.ContentSecurityPolicy ?? SiteOptions.OpenPolicy,
            ContentTypeOptions = _configuration.ContentTypeOptions,
            FrameOptions = _configuration.FrameOptions,
        };
    }

    /// <summary>Which pages get a peer.</summary>
    /// <exception cref="UserErrorException">What was said is no origin.</exception>
    public OriginPolicy Origins()
    {
        try
        {
            return new OriginPolicy(settings.AllowedOrigins ?? (_configuration.CheckOrigin ? _configuration.AllowedOrigins : ["*"]));
        }
        catch (FormatException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
    }
}
