using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay;

/// <summary>Finds peers that may relay, such as a DHT does, when those at hand are not enough.</summary>
public interface IRelaySource
{
    /// <summary>Peers to ask for a reservation. Their addresses are in the peer store, or the host's routing finds them.</summary>
    /// <param name="count">How many are of use.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<IReadOnlyList<PeerId>> FindRelaysAsync(int count, CancellationToken cancellationToken);
}
