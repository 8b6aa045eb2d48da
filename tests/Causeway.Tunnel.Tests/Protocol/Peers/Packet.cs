using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>A payload on its way through the relay.</summary>
/// <param name="From">The source that the relay names.</param>
/// <param name="To">The destination.</param>
/// <param name="Payload">The payload.</param>
internal sealed record Packet(TunnelPeerId From, TunnelPeerId To, byte[] Payload)
{
    /// <summary>The first byte of the payload.</summary>
    public int Type => Payload[0];

    /// <summary>How long the relay keeps it.</summary>
    public TimeSpan Delay { get; init; }

    public bool IsHandshake => Type is >= 1 and <= 6;
}
