using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Gateway.Topics;

/// <summary>Who provides what, as a DHT keeps it; the part of <see cref="KademliaDht"/> that topics need.</summary>
internal interface IProviderRecords
{
    /// <summary>Says that this peer provides a key, now and again until <see cref="StopProvidingAsync"/>; how many peers have taken it.</summary>
    ValueTask<int> ProvideAsync(Multihash key, CancellationToken cancellationToken);

    /// <summary>Does so no longer.</summary>
    ValueTask StopProvidingAsync(Multihash key);

    /// <summary>Searches for providers, and gives them as they are found.</summary>
    IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Multihash key, int count, CancellationToken cancellationToken);
}
