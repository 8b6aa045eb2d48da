namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>A snapshot in memory: it outlives the node that uses it, not the process.</summary>
public sealed class MemoryRoutingTableStore : IRoutingTableStore
{
    private volatile IReadOnlyList<RoutingTablePeer> _peers = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RoutingTablePeer>> LoadAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(_peers);

    /// <inheritdoc/>
    public ValueTask SaveAsync(IReadOnlyList<RoutingTablePeer> peers, CancellationToken cancellationToken = default)
    {
        _peers = [.. peers];
        return ValueTask.CompletedTask;
    }
}
