using Causeway.Ipfs.Blocks;
using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>How a <see cref="SqliteBlockStore"/> keeps its blocks.</summary>
public sealed record SqliteBlockStoreOptions
{
    /// <summary>Most bytes of blocks, before they are in a database; past it puts are refused. At least 2 MiB; default 2^63 - 1, no limit but the disk.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// What a completed put survives. Default <see cref="Durability.Power"/>. <see cref="Durability.Process"/> does not wait for the disk, and is for what
    /// can be fetched again.
    /// </summary>
    public Durability Durability { get; init; }

    /// <summary>Pages of the database that the writer may keep in memory, in bytes. 1 MiB to 1 GiB; default 16 MiB. Each of eight readers has 2 MiB besides.</summary>
    public int CacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (MaxBytes < Block.MaxLength) throw new ArgumentException($"{nameof(MaxBytes)} must be at least 2 MiB.");
        if (CacheBytes is < 1 << 20 or > 1 << 30) throw new ArgumentException($"{nameof(CacheBytes)} must be in the range 1 MiB to 1 GiB.");
    }
}
