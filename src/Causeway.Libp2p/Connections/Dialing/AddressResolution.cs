using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>Turns <c>/dns…/name/rest</c> into <c>/ip…/address/rest</c>.</summary>
internal static class AddressResolution
{
    // One name can stand for many machines; a dial tries a few.
    private const int MostPerName = 8;

    /// <summary>Resolves every address that starts with a name and that no transport wants as it is. Names still unresolved when the token fires are left out.</summary>
    public static async Task<List<Multiaddress>> ResolveAsync(
        IEnumerable<Multiaddress> addresses, Func<Multiaddress, bool> canDial, INameResolver resolver, CancellationToken cancellationToken)
    {
        var resolved = new List<Multiaddress>();
        foreach (var address in addresses)
        {
            if (address.IsEmpty) continue;
            if (canDial(address)) resolved.Add(address);
            else if (address.Components[0] is { Protocol: "dns" or "dns4" or "dns6", Value: { } name })
                resolved.AddRange((await ResolveAsync(address, name, resolver, cancellationToken)).Where(canDial));
        }

        return resolved;
    }

    private static async Task<IEnumerable<Multiaddress>> ResolveAsync(
        Multiaddress address, string name, INameResolver resolver, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, resolver, cancellationToken) is not { Count: > 0 } found) return [];
        var wanted = address.Components[0].Protocol switch
        {
            "dns4" => found.Where(static ip => ip.AddressFamily == AddressFamily.InterNetwork),
            "dns6" => found.Where(static ip => ip.AddressFamily == AddressFamily.InterNetworkV6),
            _ => found,
        };
        return wanted.Take(MostPerName).Select(ip => WithAddress(address, ip));
    }

    private static async Task<IReadOnlyList<IPAddress>> FindAsync(string name, INameResolver resolver, CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.ResolveAsync(name, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    private static Multiaddress WithAddress(Multiaddress address, IPAddress ip)
    {
        // Not by text: a scoped address (fe80::1%2) has a zone in front, which WithIPAddress knows how to write.
        var text = new StringBuilder("/ip4/0.0.0.0");
        foreach (var part in address.Components.Skip(1))
        {
            text.Append('/').Append(part.Protocol);
            if (part.Value is { } value) text.Append('/').Append(value);
        }

        return Multiaddress.Parse(text.ToString()).WithIPAddress(ip);
    }
}
