using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Routing;

/// <summary>The Kademlia DHT, which says again by itself what is provided (<see cref="KademliaOptions.RepublishInterval"/>).</summary>
internal sealed class DhtContentRouting(KademliaDht dht) : IContentRouting
{
    public IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Cid cid, int count, CancellationToken cancellationToken) => dht.FindProvidersAsync(cid, count, cancellationToken);

    public Task<int> ProvideAsync(Cid cid, CancellationToken cancellationToken) => dht.ProvideAsync(cid, cancellationToken);

    public Task StopProvidingAsync(Cid cid, CancellationToken cancellationToken) => dht.StopProvidingAsync(cid.Hash, cancellationToken);
}
