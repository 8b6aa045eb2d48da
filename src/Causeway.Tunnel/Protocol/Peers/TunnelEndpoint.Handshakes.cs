using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>Handshakes: attempts of this member, and answers to those of others.</summary>
public sealed partial class TunnelEndpoint
{
    private readonly EndpointWorkQueue _work;
    private int _attempts;
    private int _answering;

    /// <summary>
    /// Does what takes milliseconds: messages of handshakes, attempts that are due, computations for rekeys. Several threads may call it; the endpoint's lock is
    /// given back between one piece of work and the next.
    /// </summary>
    public void RunWork()
    {
        while (_work.Take() is { } work)
        {
            work.Slot?.EndWork(work.Kind);
            if (work.Kind == EndpointWorkKind.Compute)
            {
                work.Slot!.Session.RunWork();
                AfterSession(work.Link!, work.Slot);
            }
            else
            {
                lock (_lock)
                {
                    if (_disposed) return;
                    Do(work);
                }
            }

            _effects.Flush();
        }

        BeginAttempts();
        _effects.Flush();
    }

    private void Do(EndpointWork work)
    {
        switch (work.Kind)
        {
            case EndpointWorkKind.Message:
                OnHandshakeMessage(work.Source, work.Message);
                break;
            case EndpointWorkKind.Promote when work.Link!.Awaited == work.Slot:
                Use(work.Link, work.Slot!);
                break;
            case EndpointWorkKind.Check:
                CheckSession(work.Link!, work.Slot!);
                break;

            // Frames of the session before, or of this one, may have overtaken the end of the handshake: they need no other one.
            case EndpointWorkKind.Trigger when _links.TryGetValue(work.Source, out var link) && !link.IsHandshaking
                && (link.Sending is null || _context.Now - link.EstablishedAt >= HandshakeTimes.Repetition):
                link.IsAttemptQueued = true;
                link.NextAttempt = _context.Now;
                break;
        }
    }

    private void OnHandshakeMessage(TunnelPeerId source, byte[] message)
    {
        if (message[0] == (byte)HandshakeMessageType.Hello)
        {
            OnHello(source, message);
            return;
        }

        if (!_links.TryGetValue(source, out var link)) return;
        var isResponse = message[0] == (byte)HandshakeMessageType.Response;
        var outcome = isResponse ? link.Responder?.Receive(message) : link.Initiator?.Receive(message);
        switch (outcome)
        {
            case HandshakeOutcome.Send:
                Send(link, isResponse ? link.Responder!.Outgoing : link.Initiator!.Outgoing);
                break;
            case HandshakeOutcome.Established when isResponse:
                _answering--;
                OnAnswered(link, link.Responder!);
                break;
            case HandshakeOutcome.Established:
                var result = link.Initiator!.TakeResult();
                EndAttempt(link);
                if (MayEstablish(link, result)) Establish(link, result);
                break;
            case HandshakeOutcome.Hint:
                var hint = link.LastHint = link.Initiator!.Hint;
                _effects.Add(sink => sink.HandshakeHint(source, hint));
                break;
            case HandshakeOutcome.Failed when isResponse:
                _answering--;
                link.Responder = null;
                break;
            case HandshakeOutcome.Failed:
                FailAttempt(link);
                break;
            default:
                Counters.CountDroppedMessage();
                break;
        }

        LowerDeadline(DeadlineOf(link));
    }

    private void OnAnswered(PeerLink link, HandshakeResponder responder)
    {
        var result = responder.TakeResult();
        if (MayEstablish(link, result))
        {
            Send(link, responder.Outgoing);
            Establish(link, result);
        }
        else
        {
            responder.Dispose();
            link.Responder = null;
        }
    }

    private void OnHello(TunnelPeerId source, byte[] message)
    {
        _links.TryGetValue(source, out var link);

        // Both began: the HELLO of the lower peer ID stands.
        if (link?.Initiator is not null && Self < source)
        {
            Counters.CountRefusedHello();
            return;
        }

        var verdict = _guard.Check(source, message, _answering, link?.Responder is { } responder ? responder.BeingAnswered : default);
        switch (verdict.Decision)
        {
            case HelloDecision.Reply:
                Counters.CountRefusedHello();
                _effects.Add(sink => sink.Send(source, verdict.Reply));
                break;
            case HelloDecision.Repeat:
                Send(link!, link!.Responder!.Outgoing);
                break;
            case HelloDecision.Accept:
                link ??= _links.GetOrAdd(source, static id => new PeerLink(id));
                if (link.Sending is null) link.IsGuest = verdict.InvitationId is not null;
                EndAttempt(link);
                DropResponder(link);
                link.Responder = new HandshakeResponder(_context, message, verdict, _options.Invitations);
                link.NextAttempt = TimeSpan.MaxValue;
                _answering++;
                Send(link, link.Responder.Outgoing);
                LowerDeadline(link.Responder.NextDeadline);
                break;
            default:
                Counters.CountRefusedHello();
                break;
        }
    }

    private void BeginAttempts()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_disposed || _attempts >= _options.MaxAttempts) return;
                var now = _context.Now;
                PeerLink? next = null;
                foreach (var (_, link) in _links)
                {
                    if (link.NextAttempt <= now && (next is null || link.NextAttempt < next.NextAttempt)) next = link;
                }

                if (next is null) return;
                BeginAttempt(next);
            }

            _effects.Flush();
        }
    }

    private void BeginAttempt(PeerLink link)
    {
        link.NextAttempt = TimeSpan.MaxValue;
        var isMember = _members.TryFind(link.Id, out var key);
        if (link.IsHandshaking || !(link.IsWanted || link.IsAttemptQueued) || !(isMember || link.IsGuest)) return;
        link.IsAttemptQueued = false;
        link.Initiator = new HandshakeInitiator(_context, link.Id, key ?? link.ProvedKey, isMember ? null : link.Invitation);
        _attempts++;
        Counters.CountAttempt();
        Send(link, link.Initiator.Outgoing);
        LowerDeadline(link.Initiator.NextDeadline);
    }

    private void EndAttempt(PeerLink link)
    {
        if (link.Initiator is null) return;
        link.Initiator.Dispose();
        link.Initiator = null;
        if (_attempts-- == _options.MaxAttempts) LowerDeadline(_context.Now);
    }

    private void FailAttempt(PeerLink link)
    {
        EndAttempt(link);
        Counters.CountFailedAttempt();
        var hint = link.LastHint;
        _effects.Add(sink => sink.AttemptFailed(link.Id, hint));
        if (link.IsWanted && link.Sending is null) ScheduleAttempt(link);
    }

    private void ScheduleAttempt(PeerLink link)
    {
        // 1, 2, 4 … 60 s, each a quarter more or less, so that members who lost a relay together do not come back together.
        var seconds = Math.Min(HandshakeTimes.MaxBackOff.TotalSeconds, HandshakeTimes.MinBackOff.TotalSeconds * Math.Pow(2, Math.Min(link.FailedAttempts, 10)));
        link.FailedAttempts++;
        Span<byte> random = stackalloc byte[2];
        _context.Random.Fill(random);
        var jitter = 0.75 + (0.5 * BitConverter.ToUInt16(random) / ushort.MaxValue);
        link.NextAttempt = _context.Now + TimeSpan.FromSeconds(seconds * jitter);
        LowerDeadline(link.NextAttempt);
    }

    private void DropResponder(PeerLink link)
    {
        if (link.IsAnswering) _answering--;
        link.Responder?.Dispose();
        link.Responder = null;
    }

    private void Send(PeerLink link, ReadOnlyMemory<byte> message) => _effects.Add(sink => sink.Send(link.Id, message.Span));
}
