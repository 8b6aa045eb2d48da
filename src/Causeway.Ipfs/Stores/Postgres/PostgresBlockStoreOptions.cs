using Causeway.Ipfs.Blocks;
using Causeway.Storage.Postgres;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>How a <see cref="PostgresBlockStore"/> keeps its blocks.</summary>
public sealed record PostgresBlockStoreOptions
{
    /// <summary>The database.</summary>
    public PostgresOptions Database { get; init; } = new();

    /// <summary>
    /// Most bytes of blocks, those of all nodes together; past it puts of this node are refused. At least 2 MiB; default 2^63 - 1, no limit but the disk.
    /// </summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// How long the holds of a node keep blocks after it was heard of last: it died, or lost the database. 10 seconds to 1 day; default 5 minutes.
    /// </summary>
    public TimeSpan HoldLease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Database.Validate();
        if (MaxBytes < Block.MaxLength) throw new ArgumentException($"{nameof(MaxBytes)} must be at least 2 MiB.");
        if (HoldLease < TimeSpan.FromSeconds(10) || HoldLease > TimeSpan.FromDays(1)) throw new ArgumentException($"{nameof(HoldLease)} must be in the range 10 seconds to 1 day.");
    }
}
