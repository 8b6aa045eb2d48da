using System.Buffers;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>Sessions: how they come, take each other's place, and go.</summary>
public sealed partial class TunnelEndpoint
{
    // Between HELLO and its end the peer may have left the roster.
    private bool MayEstablish(PeerLink link, HandshakeResult result)
    {
        if (_members.TryFind(link.Id, out _) || result.InvitationId is not null || link.Invitation is not null) return true;
        result.Dispose();
        return false;
    }

    private void Establish(PeerLink link, HandshakeResult result)
    {
        var now = _context.Now;
        var isMember = _members.TryFind(link.Id, out _);
        var current = link.Sending is { Session.State: SessionState.Open } ? link.Sending : null;
        link.IsGuest = !isMember;
        link.ProvedKey = result.PeerKey;
        link.FailedAttempts = 0;
        link.LastHint = Handshakes.Messages.HandshakeErrorCode.None;
        link.NextAttempt = TimeSpan.MaxValue;
        link.EstablishedAt = now;
        var session = new Session(result.Secrets, result.Parameters, _context.Key, result.PeerKey, _sessionOptions);
        session.SetRosterDigest(_rosterDigest);
        var description = new PeerSession
        {
            Id = session.Id,
            Role = session.Role,
            Suite = session.Suite,
            Parameters = session.Parameters,
            Peer = result.Peer,
            PeerKey = result.PeerKey,
            IsReplacement = current is not null,
            IsGuest = link.IsGuest,
            InvitationId = result.InvitationId,
        };
        var slot = new SessionSlot(session, description, _context.Time.GetUtcNow());
        if (link.Add(slot) is { } surplus) Discard(link, surplus);
        Counters.CountSession();

        // The responder knows that the initiator has the new session only when it hears it there (§3.5).
        if (session.Role == SessionRole.Responder && current is not null)
        {
            if (link.Awaited is { } previous) previous.Expires = now + _options.Grace;
            link.Awaited = slot;
            slot.Expires = now + _options.Grace;
        }
        else
        {
            Use(link, slot);
        }

        // The HEARTBEAT by which the responder hears the initiator may be lost.
        if (session.Role == SessionRole.Initiator)
        {
            slot.CallInterval = HandshakeTimes.Repetition;
            slot.NextCall = now + slot.CallInterval;
        }

        SendControl(link, slot);
    }

    // Frames go out under this session from now on.
    private void Use(PeerLink link, SessionSlot slot)
    {
        slot.Expires = TimeSpan.MaxValue;
        link.Awaited = null;
        link.Sending = slot;
        link.ReplaceOthers(slot, _context.Now + _options.Grace);
        _effects.Add(sink =>
        {
            link.Publish(slot);
            sink.SessionUp(link.Id, slot.Description);
        });
    }

    // After anything that may have changed a session: what it wants to send or compute, and whether it still lives.
    private void AfterSession(PeerLink link, SessionSlot slot)
    {
        var session = slot.Session;
        SendControl(link, slot);
        if (session.HasWork) AddWork(EndpointWorkKind.Compute, link, slot);
        if (session.State != SessionState.Open || session.NeedsHandshake) AddWork(EndpointWorkKind.Check, link, slot);
        LowerDeadline(ToElapsed(session.NextDeadline));
        _effects.Flush();
    }

    private void SendControl(PeerLink link, SessionSlot slot)
    {
        if (!slot.Session.HasControl) return;
        var buffer = ArrayPool<byte>.Shared.Rent(Session.MaxControlSize);
        while (slot.Session.TrySealControl(buffer, out var length))
        {
            if (_lock.IsHeldByCurrentThread)
            {
                // Behind what this thread has noted down before: ESTABLISHED goes first.
                var payload = buffer.AsSpan(0, length).ToArray();
                _effects.Add(sink => sink.Send(link.Id, payload));
            }
            else
            {
                _sink.Send(link.Id, buffer.AsSpan(0, length));
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void CheckSession(PeerLink link, SessionSlot slot)
    {
        if (slot.Session.State != SessionState.Open)
        {
            var reason = slot.Session.State == SessionState.Dead ? SessionEnd.Dead : slot.Session.State == SessionState.ClosedByPeer ? SessionEnd.ClosedByPeer : SessionEnd.Closed;
            Lose(link, slot, reason);
        }
        else if (slot.Session.NeedsHandshake && slot == link.Sending && link.Awaited is null && link.NextAttempt == TimeSpan.MaxValue && !link.IsHandshaking)
        {
            link.IsAttemptQueued = true;
            link.NextAttempt = _context.Now;
            LowerDeadline(link.NextAttempt);
        }
    }

    private void Lose(PeerLink link, SessionSlot slot, SessionEnd reason)
    {
        if (!link.Receiving.Contains(slot)) return;
        var wasSending = link.Sending == slot;
        var awaited = link.Awaited;
        Discard(link, slot);
        if (!wasSending) return;
        if (awaited is not null && awaited != slot)
        {
            Use(link, awaited);
            return;
        }

        _effects.Add(sink => sink.SessionDown(link.Id, reason));
        if (!link.IsWanted || link.IsHandshaking) return;

        // One that says goodbye will not be there in a moment; one that fell silent may have lost the session only.
        if (reason == SessionEnd.Dead) link.NextAttempt = _context.Now;
        else ScheduleAttempt(link);
        LowerDeadline(link.NextAttempt);
    }

    private static void Discard(PeerLink link, SessionSlot slot)
    {
        link.Remove(slot);
        slot.Session.Dispose();
    }

    // An attempt that goes on may need it for its next HELLO, so it goes with it.
    private void DropInvitation(PeerLink link)
    {
        if (link.Invitation is null) return;
        EndAttempt(link);
        link.Invitation.Dispose();
        link.Invitation = null;
        if (link.IsWanted && link.Sending is null) link.NextAttempt = _context.Now;
    }

    // Everything with a peer ends.
    private void End(PeerLink link, CloseReason reason, SessionEnd end)
    {
        link.IsWanted = false;
        link.IsAttemptQueued = false;
        link.NextAttempt = TimeSpan.MaxValue;
        DropInvitation(link);
        EndAttempt(link);
        DropResponder(link);
        var sending = link.Sending;
        if (sending is not null)
        {
            sending.Session.Close(reason);
            SendControl(link, sending);
        }

        foreach (var slot in link.Receiving) Discard(link, slot);
        if (sending is not null) _effects.Add(sink => sink.SessionDown(link.Id, end));
        _links.TryRemove(link.Id, out _);
    }
}
