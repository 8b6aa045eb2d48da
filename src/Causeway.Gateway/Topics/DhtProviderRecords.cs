using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Gateway.Topics;

/// <summary>The records of a Kademlia DHT.</summary>
internal sealed class DhtProviderRecords(KademliaDht dht) : IProviderRecords
{
    /// <inheritdoc/>
    public ValueTask<int> ProvideAsync(Multihash key, CancellationToken cancellationToken) => new(dht.ProvideAsync(key, cancellationToken));

    /// <inheritdoc/>
    public ValueTask StopProvidingAsync(Multihash key) => new(dht.StopProvidingAsync(key));

    /// <inheritdoc/>
    public IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Multihash key, int count, CancellationToken cancellationToken) => dht.FindProvidersAsync(key, count, cancellationToken);
}
