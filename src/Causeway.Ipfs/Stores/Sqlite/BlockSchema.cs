using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>The tables of a <see cref="SqliteBlockStore"/>.</summary>
internal static class BlockSchema
{
    // Bytes in a table of their own, one after the other: whether a block is here, and its length, are told without touching a page of bytes, and a new
    // block dirties one place of the index only. The hash stands beside the bytes too, so that a block found by its number can be checked.
    // Hashes are in no order, so every put would dirty another page of a large index: new ones go to a small one, which is taken into the large one when it
    // is full (a commit of 64 small blocks into a hundred thousand writes a sixth).
    public static DatabaseSchema Schema { get; } = new(
        0x4357424C, // "CWBL"
        """
        CREATE TABLE blocks (hash BLOB PRIMARY KEY, id INTEGER NOT NULL, length INTEGER NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE recent (hash BLOB PRIMARY KEY, id INTEGER NOT NULL, length INTEGER NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;
        CREATE VIEW entries AS SELECT hash, id, length, epoch FROM recent UNION ALL SELECT hash, id, length, epoch FROM blocks;
        CREATE TABLE data (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE state (epoch INTEGER NOT NULL);
        INSERT INTO state VALUES (1);

        CREATE TABLE pins (
            owner TEXT NOT NULL, name TEXT NOT NULL, root BLOB NOT NULL, kind INTEGER NOT NULL,
            blocks INTEGER NOT NULL, bytes INTEGER NOT NULL, created INTEGER NOT NULL,
            PRIMARY KEY (owner, name, root, kind)
        ) WITHOUT ROWID;
        CREATE TABLE quotas (owner TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
        """);
}
