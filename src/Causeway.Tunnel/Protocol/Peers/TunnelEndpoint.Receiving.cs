using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>What comes in: frames are opened at once and in place, messages of handshakes wait for <see cref="RunWork"/>.</summary>
public sealed partial class TunnelEndpoint
{
    /// <summary>
    /// Takes the payload of a DATA record. Frames are opened in place, so the buffer's content is lost. What is not valid is counted and dropped, at once and
    /// without any wait.
    /// </summary>
    /// <param name="source">The source that the relay names.</param>
    /// <param name="payload">The payload.</param>
    public void OnPayload(TunnelPeerId source, Span<byte> payload)
    {
        if (payload.IsEmpty) return;
        if (payload[0] == FrameLayout.Type) OnFrame(source, payload);
        else if (payload[0] is >= (byte)HandshakeMessageType.Hello and <= (byte)HandshakeMessageType.Error) OnHandshakeMessage(source, payload);
        else Counters.CountDroppedMessage();
    }

    /// <summary>
    /// The relay says that a peer is not connected, or takes nothing. An attempt to reach it ends, and the next one comes in its time; a session stays, for the
    /// peer may be changing its relay connection.
    /// </summary>
    public void OnUnreachable(TunnelPeerId peer)
    {
        lock (_lock)
        {
            if (_links.TryGetValue(peer, out var link) && link.Initiator is not null) FailAttempt(link);
        }

        _effects.Flush();
    }

    private void OnFrame(TunnelPeerId source, Span<byte> payload)
    {
        if (_links.TryGetValue(source, out var link))
        {
            foreach (var slot in link.Receiving)
            {
                var status = slot.Session.Open(payload, out var opened);
                if (status == OpenStatus.Opened)
                {
                    OnOpened(link, slot, opened);
                    return;
                }

                // Its tag fits: whatever is wrong with it, it is not another session's.
                if (status is OpenStatus.OtherSession or OpenStatus.Closed) continue;
                Counters.CountDroppedFrame();
                return;
            }
        }

        Counters.CountUnknownFrame();
        OnUnknownSession(source, link);
    }

    private void OnOpened(PeerLink link, SessionSlot slot, OpenedFrame opened)
    {
        if (link.Awaited == slot) AddWork(EndpointWorkKind.Promote, link, slot);
        if (slot.NextCall != TimeSpan.MaxValue) slot.NextCall = TimeSpan.MaxValue;
        switch (opened.Kind)
        {
            case FrameKind.Frame or FrameKind.OffloadFrame:
                if (link.IsGuest) Counters.CountDroppedFrame();
                else _sink.FrameReceived(link.Id, opened.Kind, opened.Body);
                break;
            case FrameKind.Heartbeat or FrameKind.HeartbeatAck:
                _sink.DigestReceived(link.Id, opened.RosterDigest);
                if (opened.Kind == FrameKind.HeartbeatAck && slot.Session.RoundTripTime is { } time) _sink.HeartbeatAnswered(link.Id, time);
                break;
            case >= FrameKind.RosterHeads and <= FrameKind.JoinRefused:
                _sink.ControlReceived(link.Id, opened.Kind, opened.Body);
                break;
        }

        if (slot.Session.HasControl || slot.Session.HasWork || opened.Kind is >= FrameKind.Heartbeat and <= FrameKind.RekeyRequest or FrameKind.Close) AfterSession(link, slot);
    }

    private void OnHandshakeMessage(TunnelPeerId source, ReadOnlySpan<byte> payload)
    {
        _links.TryGetValue(source, out var link);
        if (link is null && _members.TryFind(source, out _)) link = _links.GetOrAdd(source, static id => new PeerLink(id));
        var isHello = payload[0] == (byte)HandshakeMessageType.Hello;

        // Larger than any message, or an answer from one who was not asked: not worth a copy.
        if (payload.Length <= Math.Max(ChallengeMessage.MaxSize, HelloMessage.MaxSize) && (link is not null || isHello)
            && _work.TryAddMessage(new EndpointWork(EndpointWorkKind.Message, source) { Link = link, Message = payload.ToArray() }))
        {
            _sink.Wake();
        }
        else
        {
            Counters.CountDroppedMessage();
        }
    }

    private void OnUnknownSession(TunnelPeerId source, PeerLink? link)
    {
        if (link is null)
        {
            if (!_members.TryFind(source, out _)) return;
            link = _links.GetOrAdd(source, static id => new PeerLink(id));
        }

        if (!link.TryTrigger(_context.Now, _options.UnknownSessionInterval)) return;
        _work.Add(new EndpointWork(EndpointWorkKind.Trigger, source));
        _sink.Wake();
    }

    private void AddWork(EndpointWorkKind kind, PeerLink link, SessionSlot slot)
    {
        if (!slot.TryBeginWork(kind)) return;
        _work.Add(new EndpointWork(kind, link.Id) { Link = link, Slot = slot });
        _sink.Wake();
    }
}
