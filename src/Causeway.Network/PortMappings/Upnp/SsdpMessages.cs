using System.Net;
using System.Text;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>The search for Internet gateways (UPnP Device Architecture 2.0 §1.3); no I/O.</summary>
internal static class SsdpMessages
{
    /// <summary>Bytes of the longest answer that is read.</summary>
    public const int MaxLength = 2048;

    private const int MaxLocation = 512;

    /// <summary>Where searches go.</summary>
    public static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), 1900);

    /// <summary>What is searched for: some routers answer only to their device, some only to their service, and each only to its version or a lower one.</summary>
    public static readonly IReadOnlyList<string> Targets =
    [
        "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
        "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
        "urn:schemas-upnp-org:service:WANIPConnection:1",
        "urn:schemas-upnp-org:service:WANPPPConnection:1",
    ];

    /// <summary>A search, to be answered within two seconds.</summary>
    public static byte[] WriteSearch(string target) => Encoding.ASCII.GetBytes(
        $"M-SEARCH * HTTP/1.1\r\nHOST: {Group}\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: {target}\r\n\r\n");

    /// <summary>Where the device that answers describes itself; null if this is no answer of a gateway, or it points elsewhere than to its own local network.</summary>
    /// <param name="datagram">The answer.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="network">The network of this machine's address.</param>
    public static Uri? ReadLocation(ReadOnlySpan<byte> datagram, IPAddress from, IPNetwork network)
    {
        if (datagram.Length > MaxLength || !network.Contains(from)) return null;
        var lines = Encoding.ASCII.GetString(datagram).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || lines[0].Split(' ') is not [_, "200", ..]) return null;
        if (Header(lines, "ST") is not { } target || !Targets.Any(t => t[..^1] == target[..^1])) return null;
        return Header(lines, "LOCATION") is { Length: <= MaxLocation } location && Uri.TryCreate(location, UriKind.Absolute, out var uri) && IsAllowed(uri, network) ? uri : null;
    }

    /// <summary>Whether a device of this network may name this address: plain HTTP at an IPv4 address that is private and of the same network. Nobody can have us ask anything beyond.</summary>
    public static bool IsAllowed(Uri uri, IPNetwork network) =>
        uri is { IsAbsoluteUri: true, Scheme: "http", UserInfo: "", HostNameType: UriHostNameType.IPv4 } && IPAddress.TryParse(uri.Host, out var address) && PublicAddresses.IsPrivate(address) && network.Contains(address);

    private static string? Header(string[] lines, string name)
    {
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().Equals(name, StringComparison.OrdinalIgnoreCase) && line[(colon + 1)..].Trim() is { Length: > 0 } value) return value;
        }

        return null;
    }
}
