using System.Text.Json;
using Causeway.Cryptography.Keys;
using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Libp2p.Peers.Memory;

/// <summary>Peers and their addresses in a database. Times are UTC ticks. What cannot be read (a later version's key type, say) is left out.</summary>
internal static class PeerTable
{
    public static DatabaseSchema Schema { get; } = new(
        0x43575045, // "CWPE"
        """
        CREATE TABLE peers (
            id BLOB PRIMARY KEY, key BLOB, agent TEXT, protocol_version TEXT, protocols TEXT NOT NULL, record BLOB, sequence INTEGER NOT NULL,
            last_seen INTEGER NOT NULL, updated INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE addresses (
            peer BLOB NOT NULL REFERENCES peers ON DELETE CASCADE, address BLOB NOT NULL, expires INTEGER NOT NULL, certified INTEGER NOT NULL,
            PRIMARY KEY (peer, address)
        ) WITHOUT ROWID;
        CREATE INDEX by_use ON peers (last_seen = 0, updated DESC);
        """);

    // Peers that only others spoke of come last, and go first.
    private const string ByUse = "ORDER BY last_seen = 0, updated DESC";

    /// <summary>Writes what is known now in place of what was. A peer without addresses keeps those it had: they are worth a try later.</summary>
    public static void Save(Transaction transaction, PeerSnapshot snapshot, long now)
    {
        using var upsert = transaction.Prepare(
            """
            INSERT INTO peers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (id) DO UPDATE SET key = coalesce(excluded.key, key), agent = excluded.agent, protocol_version = excluded.protocol_version,
                protocols = excluded.protocols, record = excluded.record, sequence = excluded.sequence, last_seen = max(last_seen, excluded.last_seen),
                updated = excluded.updated
            """);
        upsert.Bind(1, snapshot.Peer.Span).Bind(2, snapshot.Key?.ToProtobuf()).Bind(3, snapshot.Info?.AgentVersion).Bind(4, snapshot.Info?.ProtocolVersion)
            .Bind(5, JsonSerializer.Serialize(snapshot.Protocols)).Bind(6, snapshot.SignedRecord).Bind(7, unchecked((long)snapshot.Sequence))
            .Bind(8, snapshot.LastSeen).Bind(9, now).Execute();

        // What the user configured is the configuration's to keep.
        var kept = snapshot.Addresses.Where(static known => known.Expires != long.MaxValue).ToList();
        if (kept.Count == 0) return;
        using var clear = transaction.Prepare("DELETE FROM addresses WHERE peer = ?1");
        clear.Bind(1, snapshot.Peer.Span).Execute();
        using var insert = transaction.Prepare("INSERT INTO addresses VALUES (?1, ?2, ?3, ?4)");
        foreach (var known in kept)
            insert.Bind(1, snapshot.Peer.Span).Bind(2, known.Address.Bytes.Span).Bind(3, known.Expires).Bind(4, known.IsCertified ? 1 : 0).Execute();
    }

    public static void Remove(Transaction transaction, PeerId peer)
    {
        using var delete = transaction.Prepare("DELETE FROM peers WHERE id = ?1");
        delete.Bind(1, peer.Span).Execute();
    }

    /// <summary>Removes peers that are neither seen lately nor have an address that holds, and what exceeds the bound.</summary>
    public static void Prune(Transaction transaction, PeerMemoryOptions options, long now)
    {
        using var stale = transaction.Prepare(
            "DELETE FROM peers WHERE last_seen < ?1 AND NOT EXISTS (SELECT 1 FROM addresses WHERE peer = id AND expires > ?2)");
        stale.Bind(1, now - options.Retention.Ticks).Bind(2, now).Execute();
        using var surplus = transaction.Prepare($"DELETE FROM peers WHERE id IN (SELECT id FROM peers {ByUse} LIMIT -1 OFFSET ?1)");
        surplus.Bind(1, options.MaxPeers).Execute();
    }

    /// <summary>The peers that are worth most, best first. Addresses that have expired count anew where we were connected to the peer.</summary>
    public static List<PeerSnapshot> Load(Transaction transaction, int limit, long now)
    {
        var found = new List<PeerSnapshot>();
        using var query = transaction.Prepare($"SELECT id, key, agent, protocol_version, protocols, record, sequence, last_seen FROM peers {ByUse} LIMIT ?1");
        query.Bind(1, limit);
        while (query.Step())
        {
            if (!PeerId.TryFromBytes(query.GetBlob(0), out var peer)) continue;
            var lastSeen = query.GetInt64(7);
            var info = query.IsNull(2) && query.IsNull(3) ? null : new PeerInfo(query.GetString(2), query.GetString(3));
            var record = query.IsNull(5) ? null : query.GetBlob(5).ToArray();
            found.Add(new PeerSnapshot(
                peer, ReadKey(query, peer), info, ReadProtocols(query), record, unchecked((ulong)query.GetInt64(6)), ReadAddresses(transaction, peer, lastSeen, now), lastSeen));
        }

        return found;
    }

    private static List<KnownAddress> ReadAddresses(Transaction transaction, PeerId peer, long lastSeen, long now)
    {
        var found = new List<KnownAddress>();
        using var query = transaction.Prepare("SELECT address, expires, certified FROM addresses WHERE peer = ?1");
        query.Bind(1, peer.Span);
        while (query.Step())
        {
            var expires = query.GetInt64(1);
            if (expires <= now && lastSeen == 0) continue;
            if (!Multiaddress.TryFromBytes(query.GetBlob(0), out var address)) continue;
            found.Add(new KnownAddress(address, expires > now ? expires : now + AddressLifetime.Remembered.Ticks, query.GetInt64(2) != 0));
        }

        return found;
    }

    private static PublicKey? ReadKey(Statement row, PeerId peer)
    {
        if (row.IsNull(1)) return null;
        try
        {
            var key = PublicKey.FromProtobuf(row.GetBlob(1));
            return PeerId.FromPublicKey(key).Equals(peer) ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static HashSet<string> ReadProtocols(Statement row)
    {
        try
        {
            return JsonSerializer.Deserialize<HashSet<string>>(row.GetText(4)) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
