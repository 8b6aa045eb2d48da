namespace Causeway.Tunnel.Daemon.Control;

/// <summary>What went through, since the start.</summary>
public sealed record TrafficReport
{
    /// <summary>Ethernet frames sent.</summary>
    public long FramesSent { get; init; }

    /// <summary>Ethernet frames received.</summary>
    public long FramesReceived { get; init; }

    /// <summary>Their bytes sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Their bytes received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Frames that were dropped, by reason; only reasons that occurred.</summary>
    public IReadOnlyDictionary<string, long> Drops { get; init; } = new Dictionary<string, long>();
}
