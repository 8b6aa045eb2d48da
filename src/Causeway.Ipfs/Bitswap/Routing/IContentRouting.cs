using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Routing;

/// <summary>Who knows which peers have what: the DHT, or something else.</summary>
public interface IContentRouting
{
    /// <summary>Peers that said they have it, as they are found.</summary>
    /// <param name="cid">Of which only the hash counts.</param>
    /// <param name="count">After how many the search ends.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Cid cid, int count, CancellationToken cancellationToken);

    /// <summary>Says that we have it, now and again until <see cref="StopProvidingAsync"/>. Returns how many peers were told.</summary>
    Task<int> ProvideAsync(Cid cid, CancellationToken cancellationToken);

    /// <summary>No longer says so.</summary>
    Task StopProvidingAsync(Cid cid, CancellationToken cancellationToken);
}
