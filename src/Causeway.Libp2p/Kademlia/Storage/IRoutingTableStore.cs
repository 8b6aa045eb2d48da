namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>Where a DHT node remembers its routing table across restarts. Implementations are thread-safe.</summary>
public interface IRoutingTableStore
{
    /// <summary>The peers of the last snapshot, in any order; empty where there is none. They are candidates: each is asked before it is used.</summary>
    ValueTask<IReadOnlyList<RoutingTablePeer>> LoadAsync(CancellationToken cancellationToken = default);

    /// <summary>Replaces the snapshot, at once or not at all.</summary>
    ValueTask SaveAsync(IReadOnlyList<RoutingTablePeer> peers, CancellationToken cancellationToken = default);
}
