using System.Net;
using System.Text;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>What becomes of an address that starts with a name.</summary>
internal static class NamedAddress
{
    /// <summary>
    /// The address with an IP address for its name. Where TLS carries a WebSocket the name stays, as the server's (<c>/tls/sni/NAME/ws</c>): it is what the certificate must be
    /// for. What a relay leads to is left alone. Null if that is longer than an address may be.
    /// </summary>
    public static Multiaddress? WithAddress(Multiaddress address, string name, IPAddress ip)
    {
        // Not by text: a scoped address (fe80::1%2) has a zone in front, which WithIPAddress knows how to write.
        var text = new StringBuilder("/ip4/0.0.0.0");
        var parts = address.Components;
        var serverName = IPAddress.TryParse(name, out _) ? null : name.TrimEnd('.');
        for (var i = 1; i < parts.Count; i++)
        {
            if (parts[i].Protocol == "p2p-circuit") serverName = null;
            if (serverName is not null && parts[i].Protocol == "wss")
            {
                text.Append("/tls/sni/").Append(serverName).Append("/ws");
                continue;
            }

            text.Append(Text(parts[i]));
            if (serverName is not null && parts[i].Protocol == "tls" && i + 1 < parts.Count && parts[i + 1].Protocol == "ws") text.Append("/sni/").Append(serverName);
        }

        try
        {
            return Multiaddress.Parse(text.ToString()).WithIPAddress(ip);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// What a text of a <c>/dnsaddr/NAME/rest</c> says, if it ends with the rest; null else. Of a relayed address the part up to the relay is looked for, and what comes behind the
    /// relay is added again.
    /// </summary>
    public static Multiaddress? FromText(Multiaddress address, string text, string prefix)
    {
        if (!text.StartsWith(prefix, StringComparison.Ordinal) || !Multiaddress.TryParse(text[prefix.Length..], out var found)) return null;
        var parts = address.Components;
        var end = parts.Count;
        for (var i = 0; i < end; i++)
        {
            if (parts[i].Protocol == "p2p-circuit") end = i;
        }

        var rest = parts.Skip(1).Take(end - 1).ToArray();
        if (!found.Components.TakeLast(rest.Length).SequenceEqual(rest)) return null;
        if (end == parts.Count) return found;
        return Multiaddress.TryParse(found + string.Concat(parts.Skip(end).Select(Text)), out var whole) ? whole : null;
    }

    // The value of a path begins with its slash.
    private static string Text(MultiaddressComponent part) =>
        part.Value is not { } value ? "/" + part.Protocol : value.StartsWith('/') ? $"/{part.Protocol}{value}" : $"/{part.Protocol}/{value}";
}
