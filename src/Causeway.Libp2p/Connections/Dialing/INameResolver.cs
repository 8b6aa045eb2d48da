using System.Net;
using System.Net.Sockets;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>Resolves host names in addresses (<c>/dns</c>, <c>/dns4</c>, <c>/dns6</c>, <c>/dnsaddr</c>).</summary>
public interface INameResolver
{
    /// <summary>The addresses of a name; empty when it has none, or cannot be resolved.</summary>
    /// <param name="name">The name.</param>
    /// <param name="family">Only IPv4 or only IPv6; <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken);

    /// <summary>The texts of a name (DNS type TXT); empty when it has none, or cannot be resolved. A resolver that knows no texts need not say so.</summary>
    ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellationToken) => new([]);
}
