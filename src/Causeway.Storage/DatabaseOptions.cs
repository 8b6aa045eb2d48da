namespace Causeway.Storage;

/// <summary>How a database is opened and used.</summary>
public sealed record DatabaseOptions
{
    /// <summary>What a completed write survives. Default <see cref="Durability.Power"/>.</summary>
    public Durability Durability { get; init; }

    /// <summary>How long to wait for another program that writes. 0 to 10 minutes; default 5 seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads at once; more wait for their turn. 1 to 64; default 4.</summary>
    public int MaxReaders { get; init; } = 4;

    /// <summary>Writes that wait; past it <see cref="Database.WriteAsync(Action{Transaction}, CancellationToken)"/> waits before it queues. 1 to 1,000,000; default 1024.</summary>
    public int MaxQueuedWrites { get; init; } = 1024;

    /// <summary>Writes of one commit. 1 to 1,000,000; default 1024. More make higher throughput, and a longer wait for the first of them.</summary>
    public int MaxWritesPerCommit { get; init; } = 1024;

    /// <summary>Longest text or blob, in bytes. 1 KiB to 1 GB; default 64 MiB.</summary>
    public int MaxValueBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Size of the pages of a new file, in bytes; one that is there keeps its own. A power of two from 512 to 65,536; default 4096. Large values are written
    /// and read faster in large pages; small writes in random places cost a page each.
    /// </summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Pages that the writer may keep in memory, in bytes. 64 KiB to 1 GiB; default 2 MiB.</summary>
    public int CacheBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Pages that each of <see cref="MaxReaders"/> readers may keep in memory, in bytes. 64 KiB to 1 GiB; default 2 MiB.</summary>
    public int ReaderCacheBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// Files up to this size, in bytes, are read and checked whole when they are opened; of larger ones only header and schema, and damage shows when
    /// it is met. 0 checks none. Default 64 MiB, about 0.1 s.
    /// </summary>
    public long MaxCheckedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(Enum.IsDefined(Durability), nameof(Durability), "Power or Process");
        Check(BusyTimeout >= TimeSpan.Zero && BusyTimeout <= TimeSpan.FromMinutes(10), nameof(BusyTimeout), "0 to 10 minutes");
        Check(MaxReaders is >= 1 and <= 64, nameof(MaxReaders), "1 to 64");
        Check(MaxQueuedWrites is >= 1 and <= 1_000_000, nameof(MaxQueuedWrites), "1 to 1,000,000");
        Check(MaxWritesPerCommit is >= 1 and <= 1_000_000, nameof(MaxWritesPerCommit), "1 to 1,000,000");
        Check(MaxValueBytes is >= 1024 and <= 1_000_000_000, nameof(MaxValueBytes), "1 KiB to 1 GB");
        Check(PageBytes is >= 512 and <= 65_536 && int.IsPow2(PageBytes), nameof(PageBytes), "512 to 65,536, a power of two");
        Check(CacheBytes is >= 64 << 10 and <= 1 << 30, nameof(CacheBytes), "64 KiB to 1 GiB");
        Check(ReaderCacheBytes is >= 64 << 10 and <= 1 << 30, nameof(ReaderCacheBytes), "64 KiB to 1 GiB");
        Check(MaxCheckedBytes >= 0, nameof(MaxCheckedBytes), "0 and more");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
