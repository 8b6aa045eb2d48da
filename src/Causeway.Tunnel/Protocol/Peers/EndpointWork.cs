using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>Something that holds up no frames, because it takes milliseconds or the endpoint's lock.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Source">The peer.</param>
internal sealed record EndpointWork(EndpointWorkKind Kind, TunnelPeerId Source)
{
    /// <summary>What is known about the peer, if it is a session's work or the message was counted there.</summary>
    public PeerLink? Link { get; init; }

    /// <summary>The session, if it is a session's work.</summary>
    public SessionSlot? Slot { get; init; }

    /// <summary>The message, if it is one.</summary>
    public byte[] Message { get; init; } = [];
}
