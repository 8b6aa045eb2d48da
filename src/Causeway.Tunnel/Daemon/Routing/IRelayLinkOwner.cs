using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Relays;

namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>Takes what comes through relays, and what becomes of them.</summary>
internal interface IRelayLinkOwner
{
    /// <summary>A payload came; to be opened in place.</summary>
    void OnPayload(RelayLink link, TunnelPeerId source, Span<byte> payload);

    /// <summary>A peer is not connected to a relay.</summary>
    void OnUnreachable(RelayLink link, TunnelPeerId destination);

    /// <summary>Something came from a peer, through a relay to which somebody was not connected.</summary>
    void OnHeard(RelayLink link, TunnelPeerId source);

    /// <summary>The connection has changed. Must not wait.</summary>
    void OnStatus(RelayLink link, RelayConnectionStatus status);
}
