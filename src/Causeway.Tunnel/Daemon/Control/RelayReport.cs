namespace Causeway.Tunnel.Daemon.Control;

/// <summary>A relay, as <c>causeway tunnel status</c> shows it.</summary>
public sealed record RelayReport
{
    /// <summary>Its address, without the pins.</summary>
    public required string Address { get; init; }

    /// <summary>Its peer ID; null until it has proved it and if no pin names it.</summary>
    public string? PeerId { get; init; }

    /// <summary>connecting, connected, draining, waiting or stopped.</summary>
    public required string State { get; init; }

    /// <summary>The round trip to it in milliseconds; null if not measured.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>How busy it says it is, 0 to 100.</summary>
    public int Load { get; init; }

    /// <summary>Our address and port as it sees them.</summary>
    public string? ObservedAddress { get; init; }

    /// <summary>How far its clock is ahead of ours, in seconds; null if within the tolerance.</summary>
    public double? ClockAheadSeconds { get; init; }

    /// <summary>Since when it has been connected.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it is not connected, a sentence.</summary>
    public string? Problem { get; init; }
}
