using Causeway.Storage;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>How much a DHT node keeps across restarts.</summary>
public sealed record KademliaDatabaseOptions
{
    /// <summary>Values of other peers; past it those stored longest ago go. 1 to 10,000,000; default 65,536.</summary>
    public int MaxRecords { get; init; } = MemoryRecordStore.DefaultMaxRecords;

    /// <summary>Bytes of their keys and values; past it those stored longest ago go. At least 128 KiB; default 64 MiB.</summary>
    public long MaxRecordBytes { get; init; } = MemoryRecordStore.DefaultMaxBytes;

    /// <summary>Provider records of all keys; past it those that expire first go. 1 to 100,000,000; default 262,144.</summary>
    public int MaxProviderRecords { get; init; } = MemoryProviderStore.DefaultMaxRecords;

    /// <summary>Providers of each key; past it those that expire first go. 1 to 65,536; default 256.</summary>
    public int MaxProvidersPerKey { get; init; } = MemoryProviderStore.DefaultMaxPerKey;

    /// <summary>Keys of each provider, so that one cannot push out all others. 1 to 10,000,000; default 16,384.</summary>
    public int MaxKeysPerProvider { get; init; } = MemoryProviderStore.DefaultMaxPerProvider;

    /// <summary>
    /// What a record that was taken survives. Default <see cref="Durability.Process"/>: a node of a large network is told of hundreds of providers each
    /// second, by peers that tell it again.
    /// </summary>
    public Durability Durability { get; init; } = Durability.Process;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(MaxRecords is >= 1 and <= 10_000_000, nameof(MaxRecords), "1 to 10,000,000");
        Check(MaxRecordBytes >= 128 << 10, nameof(MaxRecordBytes), "128 KiB and more");
        Check(MaxProviderRecords is >= 1 and <= 100_000_000, nameof(MaxProviderRecords), "1 to 100,000,000");
        Check(MaxProvidersPerKey is >= 1 and <= 65_536, nameof(MaxProvidersPerKey), "1 to 65,536");
        Check(MaxKeysPerProvider is >= 1 and <= 10_000_000, nameof(MaxKeysPerProvider), "1 to 10,000,000");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
