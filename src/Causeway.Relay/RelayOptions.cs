using System.Net;

namespace Causeway.Relay;

/// <summary>Bounds and times of a relay. Immutable; checked by <see cref="Validate"/>.</summary>
public sealed record RelayOptions
{
    /// <summary>Connections at most (1 to 1 000 000). Default 20 000.</summary>
    public int MaxMembers { get; init; } = 20_000;

    /// <summary>Connections at most that have not proved who they are (1 to <see cref="MaxMembers"/>). Default 1024.</summary>
    public int MaxUnproved { get; init; } = 1024;

    /// <summary>Connections at most of one IPv4 address or one /64 of IPv6 (1 and more). Default 64.</summary>
    public int MaxPerAddress { get; init; } = 64;

    /// <summary>Failed proofs of one address in a minute, after which it is not let in until the minute is over (1 and more). Default 20.</summary>
    public int MaxFailuresPerAddress { get; init; } = 20;

    /// <summary>Time to prove who one is (1 s to 5 min). Default 10 s.</summary>
    public TimeSpan AuthTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a member is gone (10 s to 18 h); members ask every 20 s. Default 60 s.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes per second that a member may send, records whole (0: no limit). Default 0.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Records per second that a member may send (0: no limit). Default 0.</summary>
    public int FramesPerSecond { get; init; }

    /// <summary>Memory of all queues together in bytes (16 MiB to 64 GiB). Default 256 MiB.</summary>
    public long QueueMemory { get; init; } = 256L * 1024 * 1024;

    /// <summary>Time that a sender is not read when its queue is full, before records are dropped (0 to 1 s). Default 20 ms.</summary>
    public TimeSpan FullQueuePatience { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Peers that a member may block at the same time (1 to 65 536). Default 1024.</summary>
    public int MaxBlocks { get; init; } = 1024;

    /// <summary>What <c>Retry-After</c> says when there is no room (1 s to 1 h). Default 30 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Networks of proxies whose <c>X-Forwarded-For</c> is believed. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        Check(MaxMembers is >= 1 and <= 1_000_000, nameof(MaxMembers), "1 to 1000000");
        Check(MaxUnproved >= 1, nameof(MaxUnproved), "1 or more");
        Check(MaxPerAddress >= 1, nameof(MaxPerAddress), "1 or more");
        Check(MaxFailuresPerAddress >= 1, nameof(MaxFailuresPerAddress), "1 or more");
        Check(AuthTimeout >= TimeSpan.FromSeconds(1) && AuthTimeout <= TimeSpan.FromMinutes(5), nameof(AuthTimeout), "1 s to 5 min");
        Check(IdleLimit >= TimeSpan.FromSeconds(10) && IdleLimit <= TimeSpan.FromHours(18), nameof(IdleLimit), "10 s to 18 h");
        Check(BytesPerSecond >= 0, nameof(BytesPerSecond), "0 or more");
        Check(FramesPerSecond >= 0, nameof(FramesPerSecond), "0 or more");
        Check(QueueMemory is >= 16L * 1024 * 1024 and <= 64L * 1024 * 1024 * 1024, nameof(QueueMemory), "16 MiB to 64 GiB");
        Check(FullQueuePatience >= TimeSpan.Zero && FullQueuePatience <= TimeSpan.FromSeconds(1), nameof(FullQueuePatience), "0 to 1 s");
        Check(MaxBlocks is >= 1 and <= 65_536, nameof(MaxBlocks), "1 to 65536");
        Check(RetryAfter >= TimeSpan.FromSeconds(1) && RetryAfter <= TimeSpan.FromHours(1), nameof(RetryAfter), "1 s to 1 h");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, $"{name} must be {range}.");
    }
}
