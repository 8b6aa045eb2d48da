using Causeway.Multiformats;

namespace Causeway.Libp2p.Discovery;

/// <summary>Asks others where a peer can be reached, such as the Kademlia DHT does.</summary>
public interface IPeerRouting
{
    /// <summary>The addresses that others know for a peer, without <c>/p2p</c>; empty where nobody knows any.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<IReadOnlyList<Multiaddress>> FindPeerAsync(PeerId peer, CancellationToken cancellationToken);
}
