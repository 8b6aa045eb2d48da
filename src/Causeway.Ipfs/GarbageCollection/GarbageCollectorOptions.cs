namespace Causeway.Ipfs.GarbageCollection;

/// <summary>What keeps blocks beside pins and holds, and when garbage is collected without being asked.</summary>
public sealed record GarbageCollectorOptions
{
    /// <summary>Roots that are no pins. Default none.</summary>
    public IReadOnlyList<IGcRoots> Roots { get; init; } = [];

    /// <summary>How often an <see cref="AutomaticCollection"/> collects, whether much is used or little. 1 minute to 365 days; default 1 day.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The share of the store's quota past which it collects at once. 0.1 to 1; default 0.9. Without a quota there is none.</summary>
    public double HighWater { get; init; } = 0.9;

    /// <summary>How often it looks at the high-water mark. 1 second to 1 day; default 1 minute.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The least time between two collections that nobody asked for: a store that is full of what is pinned is not searched over and over.
    /// 0 to 1 day; default 10 minutes.
    /// </summary>
    public TimeSpan MinPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(Interval >= TimeSpan.FromMinutes(1) && Interval <= TimeSpan.FromDays(365), nameof(Interval), "1 minute to 365 days");
        Check(HighWater is >= 0.1 and <= 1, nameof(HighWater), "0.1 to 1");
        Check(LookEvery >= TimeSpan.FromSeconds(1) && LookEvery <= TimeSpan.FromDays(1), nameof(LookEvery), "1 second to 1 day");
        Check(MinPause >= TimeSpan.Zero && MinPause <= TimeSpan.FromDays(1), nameof(MinPause), "0 to 1 day");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
