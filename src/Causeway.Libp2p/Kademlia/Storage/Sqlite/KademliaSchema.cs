using Causeway.Storage;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>The tables of a <see cref="KademliaDatabase"/>. Times are UTC ticks.</summary>
internal static class KademliaSchema
{
    // Counting a hundred thousand rows at each write would take milliseconds: triggers keep the totals, and roll back with what they count.
    public static DatabaseSchema Schema { get; } = new(
        0x43574448, // "CWDH"
        """
        CREATE TABLE records (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL, received INTEGER NOT NULL, own INTEGER NOT NULL, published INTEGER
        );
        CREATE INDEX records_by_age ON records (own, received);
        CREATE TABLE providers (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL, provider BLOB NOT NULL, addresses BLOB NOT NULL, expires INTEGER NOT NULL, UNIQUE (key, provider)
        );
        CREATE INDEX providers_by_expiry ON providers (expires);
        CREATE INDEX providers_by_provider ON providers (provider, expires);
        CREATE TABLE provided (key BLOB PRIMARY KEY, told INTEGER) WITHOUT ROWID;
        CREATE TABLE routing (peer BLOB PRIMARY KEY, addresses BLOB NOT NULL, useful INTEGER) WITHOUT ROWID;

        CREATE TABLE totals (records INTEGER NOT NULL, bytes INTEGER NOT NULL, providers INTEGER NOT NULL);
        INSERT INTO totals VALUES (0, 0, 0);
        CREATE TRIGGER record_added AFTER INSERT ON records WHEN NOT new.own BEGIN
            UPDATE totals SET records = records + 1, bytes = bytes + length(new.key) + length(new.value);
        END;
        CREATE TRIGGER record_removed AFTER DELETE ON records WHEN NOT old.own BEGIN
            UPDATE totals SET records = records - 1, bytes = bytes - length(old.key) - length(old.value);
        END;
        CREATE TRIGGER provider_added AFTER INSERT ON providers BEGIN UPDATE totals SET providers = providers + 1; END;
        CREATE TRIGGER provider_removed AFTER DELETE ON providers BEGIN UPDATE totals SET providers = providers - 1; END;
        """);
}
