namespace Causeway.Libp2p.Peers.Memory;

/// <summary>What is kept about peers across restarts.</summary>
public sealed record PeerMemoryOptions
{
    /// <summary>
    /// Peers kept; past it those go first that we were never connected to, then those of which nothing was heard for the longest time.
    /// 1 to 1,000,000; default 10,000, about 15 MB. At the start the peer store takes as many as <see cref="PeerStoreOptions.MaxPeers"/> of them.
    /// </summary>
    public int MaxPeers { get; init; } = 10_000;

    /// <summary>How long a peer is kept after we were last connected to it, 1 minute to 10 years. Default 7 days. Others are kept until their addresses expire.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long changes are collected before they are written, 0 to 1 hour; as much is lost when the process is killed. Default 5 seconds.</summary>
    public TimeSpan WriteDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(MaxPeers is >= 1 and <= 1_000_000, nameof(MaxPeers), "1 to 1,000,000");
        Check(Retention >= TimeSpan.FromMinutes(1) && Retention <= TimeSpan.FromDays(3660), nameof(Retention), "1 minute to 10 years");
        Check(WriteDelay >= TimeSpan.Zero && WriteDelay <= TimeSpan.FromHours(1), nameof(WriteDelay), "0 to 1 hour");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
