using Causeway.Tunnel.Daemon.Frames;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Membership;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon;

/// <summary>Hands on what comes out of the endpoint: payloads to relays, frames to the device, the rest to the keeper of the roster.</summary>
internal sealed class EndpointSink(RelaySet relays, RouteTable routes, MemberTable members, FrameInput input, RosterKeeper keeper, PingTable pings, EndpointThread thread, Action onChanged, ILogger logger)
    : ITunnelSink
{
    /// <summary>What all this comes out of.</summary>
    public TunnelEndpoint? Endpoint { get; set; }

    public void Send(TunnelPeerId destination, ReadOnlySpan<byte> payload)
    {
        // Without a relay an attempt ends at once, so that the next one begins when there is one, and not some seconds later.
        if (!relays.SendControl(destination, payload)) Endpoint?.OnUnreachable(destination);
    }

    public void FrameReceived(TunnelPeerId source, FrameKind kind, Span<byte> body) => input.Receive(source, kind, body);

    public void ControlReceived(TunnelPeerId source, FrameKind kind, ReadOnlySpan<byte> body) => keeper.OnMessage(source, kind, body);

    public void DigestReceived(TunnelPeerId source, ReadOnlySpan<byte> rosterDigest) => keeper.OnDigest(source, rosterDigest);

    public void HeartbeatAnswered(TunnelPeerId peer, TimeSpan roundTripTime) => pings.Answered(peer, roundTripTime);

    public void SessionUp(TunnelPeerId peer, PeerSession session)
    {
        DaemonLog.SessionUp(logger, members.Describe(peer), session.Suite, session.Role);
        members.SessionUp(peer, session);
        keeper.OnSessionUp(peer, session);
        onChanged();
    }

    public void SessionDown(TunnelPeerId peer, SessionEnd reason)
    {
        DaemonLog.SessionDown(logger, members.Describe(peer), reason);
        if (reason == SessionEnd.Dead) Doubt(peer);
        members.SessionDown(peer);
        keeper.OnSessionDown(peer);
        onChanged();
    }

    public void AttemptFailed(TunnelPeerId peer, HandshakeErrorCode hint)
    {
        DaemonLog.AttemptFailed(logger, members.Describe(peer), hint);
        if (members.FindSession(peer) is null) Doubt(peer);
    }

    public void HandshakeHint(TunnelPeerId peer, HandshakeErrorCode hint) => keeper.OnHint(peer, hint);

    public void Wake() => thread.Wake();

    // Perhaps the relay does not forward, and does not say so: the next attempt goes another way, if there is one.
    private void Doubt(TunnelPeerId peer)
    {
        if (routes.Find(peer) is { Last: { } link } route && route.HasWay(relays.Links, besides: link)) route.MarkAbsent(link);
    }
}
