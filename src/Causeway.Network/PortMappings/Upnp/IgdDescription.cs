using System.Net;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>What a gateway says about itself (UPnP Device Architecture 2.0 §2.3); no I/O.</summary>
internal static class IgdDescription
{
    private const int MaxServices = 8;

    // Best first.
    private static readonly string[] Types =
    [
        "urn:schemas-upnp-org:service:WANIPConnection:2",
        "urn:schemas-upnp-org:service:WANIPConnection:1",
        "urn:schemas-upnp-org:service:WANPPPConnection:1",
    ];

    /// <summary>The services that map ports, best first, at most 8.</summary>
    /// <param name="document">The description.</param>
    /// <param name="location">Where it came from; services elsewhere are left out.</param>
    /// <param name="network">The network of this machine's address.</param>
    /// <exception cref="GatewayException">It is malformed.</exception>
    public static IReadOnlyList<IgdService> Read(ReadOnlyMemory<byte> document, Uri location, IPNetwork network)
    {
        var root = UpnpXml.Read(document);
        var start = root.Elements().FirstOrDefault(e => e.Name.LocalName == "URLBase")?.Value.Trim() is { Length: > 0 } text && Uri.TryCreate(text, UriKind.Absolute, out var given) ? given : location;
        return
        [
            .. root.Descendants().Where(e => e.Name.LocalName == "service")
                .Select(e => (Type: e.Text("serviceType"), Control: e.Text("controlURL")))
                .Where(s => Types.Contains(s.Type) && s.Control is not null)
                .Select(s => (Type: s.Type!, Control: Uri.TryCreate(start, s.Control, out var control) ? control : null))
                .Where(s => s.Control is not null && s.Control.Host == location.Host && SsdpMessages.IsAllowed(s.Control, network))
                .Select(s => new IgdService(s.Type, s.Control!))
                .OrderBy(s => Array.IndexOf(Types, s.Type))
                .Take(MaxServices),
        ];
    }
}
