using Causeway.Storage.Postgres;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>The tables of a <see cref="PostgresBlockStore"/>.</summary>
internal static class PostgresBlockSchema
{
    // Blocks do not compress, being pictures or compressed already, and are read whole: outside of the row as they are. Names are compared byte by byte, so
    // that pages of a list follow one another whatever the server's language is. The totals have a row of their own, which puts lock as their last step.
    public static PostgresSchema Schema { get; } = new(
        "blocks",
        """
        CREATE TABLE blocks (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea NOT NULL UNIQUE, length integer NOT NULL, epoch bigint NOT NULL, data bytea NOT NULL
        );
        ALTER TABLE blocks ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE TABLE block_epoch (epoch bigint NOT NULL);
        INSERT INTO block_epoch VALUES (1);
        CREATE TABLE block_totals (blocks bigint NOT NULL, bytes bigint NOT NULL);
        INSERT INTO block_totals VALUES (0, 0);
        CREATE TABLE block_holds (id uuid PRIMARY KEY, epoch bigint NOT NULL, expires timestamptz NOT NULL);

        CREATE TABLE pins (
            owner text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, root bytea NOT NULL, kind smallint NOT NULL,
            blocks bigint NOT NULL, bytes bigint NOT NULL, created timestamptz NOT NULL,
            PRIMARY KEY (owner, name, root, kind)
        );
        CREATE TABLE pin_quotas (owner text COLLATE "C" PRIMARY KEY, bytes bigint NOT NULL);
        """);
}
