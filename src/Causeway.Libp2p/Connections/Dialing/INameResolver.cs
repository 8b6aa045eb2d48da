using System.Net;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>Resolves host names in addresses (<c>/dns</c>, <c>/dns4</c>, <c>/dns6</c>).</summary>
public interface INameResolver
{
    /// <summary>The addresses of a name; empty when it has none.</summary>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellationToken);
}
