namespace Causeway.Libp2p.Relay;

/// <summary>What one circuit may carry. The defaults are those of go-libp2p (<c>p2p/protocol/circuitv2/relay/resources.go</c>): enough to agree on a direct connection.</summary>
public sealed record CircuitLimit
{
    /// <summary>How long it may last, in whole seconds; zero for any time. Default 2 minutes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes in each direction; zero for any number. Default 128 KiB.</summary>
    public long Data { get; init; } = 128 * 1024;

    internal void Validate()
    {
        if (Duration < TimeSpan.Zero || Duration.Ticks % TimeSpan.TicksPerSecond != 0 || Duration.TotalSeconds > int.MaxValue / 1000)
            throw new ArgumentException($"{nameof(CircuitLimit)}.{nameof(Duration)} must be whole seconds, at most 24 days; 0 for no limit.");
        if (Data < 0) throw new ArgumentException($"{nameof(CircuitLimit)}.{nameof(Data)} must not be negative; 0 for no limit.");
    }
}
