using System.Net;
using Causeway.Apps.Sites;
using Causeway.Multiformats;

namespace Causeway.Cli.Gateway;

/// <summary>What the command line asked of the gateway. Null where it said nothing: then the site's configuration decides.</summary>
internal sealed record GatewaySettings
{
    /// <summary>The site; null for the chat that is built in. Stays its owner's.</summary>
    public AppSite? Site { get; init; }

    /// <summary>The name under which this is listed as an app; null for not at all.</summary>
    public string? AppName { get; init; }

    /// <summary>The port; it alone is tried.</summary>
    public int? Port { get; init; }

    /// <summary>Addresses to serve pages on; none for loopback. Not for a site to decide.</summary>
    public IReadOnlyList<IPAddress> Listen { get; init; } = [];

    /// <summary>Whether to leave the browser alone.</summary>
    public bool? NoOpen { get; init; }

    /// <summary>Whether to go on after the last page has gone.</summary>
    public bool? Linger { get; init; }

    /// <summary>Whether pages must show a launch token.</summary>
    public bool RequireToken { get; init; }

    /// <summary>The file with the token; null for the environment's, or a fresh one. Naming it demands the token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Other origins whose pages may connect.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Whether peers stay on this machine: no local network, no mDNS.</summary>
    public bool? Local { get; init; }

    /// <summary>Peers to start from beyond the local network.</summary>
    public IReadOnlyList<Multiaddress>? Bootstrap { get; init; }

    /// <summary>Relays to wait at.</summary>
    public IReadOnlyList<Multiaddress>? Relays { get; init; }

    /// <summary>Whether the router is asked to forward the peers' ports.</summary>
    public bool? PortMapping { get; init; }

    /// <summary>The file with the pre-shared key of a private network; null for none.</summary>
    public string? PrivateNetwork { get; init; }

    /// <summary>How many -v.</summary>
    public int? Verbosity { get; init; }
}
