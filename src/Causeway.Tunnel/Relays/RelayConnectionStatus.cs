using System.Net;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Relays;

/// <summary>What is known of a connection to a relay at one moment.</summary>
public sealed record RelayConnectionStatus
{
    /// <summary>Where it stands.</summary>
    public RelayConnectionState State { get; init; }

    /// <summary>The relay; null until it has proved who it is, kept afterwards.</summary>
    public TunnelPeerId? RelayId { get; init; }

    /// <summary>Our address as the relay sees it; null if not known. Port 0: a proxy is in between.</summary>
    public IPEndPoint? ObservedAddress { get; init; }

    /// <summary>The relay's number for this connection; 0 if there is none.</summary>
    public ulong ConnectionNumber { get; init; }

    /// <summary>How far the relay's clock is ahead of ours. Beyond <see cref="RelayConnection.ClockTolerance"/> one of the two is wrong.</summary>
    public TimeSpan ClockDifference { get; init; }

    /// <summary>Bytes per second that may be sent; 0: no limit.</summary>
    public ulong BytesPerSecond { get; init; }

    /// <summary>The time until which the relay serves, in <see cref="RelayConnectionState.Draining"/>.</summary>
    public TimeSpan DrainTime { get; init; }

    /// <summary>When the next attempt begins, in <see cref="RelayConnectionState.WaitingToReconnect"/>.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Why there is no connection, a sentence for the user; null if there is one.</summary>
    public string? Problem { get; init; }
}
