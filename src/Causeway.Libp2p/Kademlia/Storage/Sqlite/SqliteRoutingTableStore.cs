using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>The routing table's snapshot in a database.</summary>
internal sealed class SqliteRoutingTableStore(Database database) : IRoutingTableStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RoutingTablePeer>> LoadAsync(CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<RoutingTablePeer>>(
        static transaction =>
        {
            var found = new List<RoutingTablePeer>();
            using var query = transaction.Prepare("SELECT peer, addresses, useful FROM routing");
            while (query.Step())
            {
                if (PeerId.TryFromBytes(query.GetBlob(0), out var peer))
                    found.Add(new RoutingTablePeer(peer, AddressList.Decode(query.GetBlob(1)), query.GetOptionalTime(2)));
            }

            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveAsync(IReadOnlyList<RoutingTablePeer> peers, CancellationToken cancellationToken = default)
    {
        var copy = peers.DistinctBy(static peer => peer.Peer).ToArray();
        return new ValueTask(database.WriteAsync(
            transaction =>
            {
                _ = transaction.Execute("DELETE FROM routing");
                using var insert = transaction.Prepare("INSERT INTO routing VALUES (?1, ?2, ?3)");
                foreach (var peer in copy) insert.Bind(1, peer.Peer.Span).Bind(2, AddressList.Encode(peer.Addresses)).Bind(3, peer.LastUsefulAt).Execute();
            },
            cancellationToken));
    }
}
