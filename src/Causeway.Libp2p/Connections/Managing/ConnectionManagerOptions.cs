namespace Causeway.Libp2p.Connections.Managing;

/// <summary>How many connections are kept.</summary>
public sealed record ConnectionManagerOptions
{
    /// <summary>Pruning stops at this many connections. Default 160.</summary>
    public int LowWater { get; init; } = 160;

    /// <summary>Pruning starts above this many connections. Default 192, at least <see cref="LowWater"/>.</summary>
    public int HighWater { get; init; } = 192;

    /// <summary>Connections younger than this are not pruned. Default 20 seconds.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(20);

    internal void Validate()
    {
        if (LowWater < 0 || HighWater < LowWater)
            throw new ArgumentException($"{nameof(ConnectionManagerOptions)}: 0 ≤ {nameof(LowWater)} ≤ {nameof(HighWater)} must hold.");
        if (GracePeriod < TimeSpan.Zero) throw new ArgumentException($"{nameof(ConnectionManagerOptions)}.{nameof(GracePeriod)} must not be negative.");
    }
}
