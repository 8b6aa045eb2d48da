using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>The clock.</summary>
public sealed partial class TunnelEndpoint
{
    private long _nextDeadline = long.MaxValue;

    /// <summary>How long until <see cref="OnTime()"/> has something to do; zero if it is late, <see cref="Timeout.InfiniteTimeSpan"/> if nothing is planned.</summary>
    public TimeSpan TimeUntilDue
    {
        get
        {
            var next = Volatile.Read(ref _nextDeadline);
            if (next == long.MaxValue) return Timeout.InfiniteTimeSpan;
            var rest = new TimeSpan(next) - _context.Now;
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }

    /// <summary>Does what is due: repetitions, ends of attempts, heartbeats, rekeys, ends of sessions; attempts that are due begin in <see cref="RunWork"/>, which this calls.</summary>
    public void OnTime()
    {
        Volatile.Write(ref _nextDeadline, long.MaxValue);
        foreach (var (_, link) in _links)
        {
            foreach (var slot in link.Receiving)
            {
                if (ToElapsed(slot.Session.NextDeadline) > _context.Now) continue;
                slot.Session.OnTime();
                AfterSession(link, slot);
            }

            lock (_lock)
            {
                if (_disposed) return;
                OnTime(link);
                LowerDeadline(DeadlineOf(link), wake: false);
            }

            _effects.Flush();
        }

        RunWork();
    }

    private void OnTime(PeerLink link)
    {
        var now = _context.Now;
        foreach (var slot in link.Receiving)
        {
            if (slot.Expires <= now)
            {
                Discard(link, slot);
            }
            else if (slot.NextCall <= now)
            {
                slot.CallInterval *= 2;
                slot.NextCall = slot.CallInterval < slot.Session.Parameters.HeartbeatInterval ? now + slot.CallInterval : TimeSpan.MaxValue;
                slot.Session.SendHeartbeat();
                SendControl(link, slot);
            }
        }

        switch (link.Initiator?.OnTime())
        {
            case HandshakeOutcome.Send:
                Send(link, link.Initiator.Outgoing);
                break;
            case HandshakeOutcome.Failed:
                FailAttempt(link);
                break;
        }

        var answering = link.IsAnswering;
        if (link.Responder?.OnTime() == HandshakeOutcome.Failed)
        {
            if (answering) _answering--;
            link.Responder = null;
            if (answering && link.IsWanted && link.Sending is null && link.Initiator is null) ScheduleAttempt(link);
        }

        // Of a guest that has gone nothing is kept.
        if (link is { IsWanted: false, IsGuest: true, Sending: null, Initiator: null, Responder: null } && link.Receiving.Length == 0) _links.TryRemove(link.Id, out _);
    }

    private TimeSpan DeadlineOf(PeerLink link)
    {
        // One that there is no place for begins when another ends (EndAttempt), and is no reason to wake up before.
        var next = _attempts < _options.MaxAttempts ? link.NextAttempt : TimeSpan.MaxValue;
        if (link.Initiator is not null) next = Min(next, link.Initiator.NextDeadline);
        if (link.Responder is not null) next = Min(next, link.Responder.NextDeadline);
        foreach (var slot in link.Receiving) next = Min(next, Min(Min(slot.Expires, slot.NextCall), ToElapsed(slot.Session.NextDeadline)));
        return next;
    }

    private void LowerDeadline(TimeSpan deadline, bool wake = true)
    {
        var current = Volatile.Read(ref _nextDeadline);
        while (deadline.Ticks < current)
        {
            var before = Interlocked.CompareExchange(ref _nextDeadline, deadline.Ticks, current);
            if (before == current)
            {
                if (wake) _effects.Add(static sink => sink.Wake());
                return;
            }

            current = before;
        }
    }

    private TimeSpan ToElapsed(long timestamp) => timestamp == long.MaxValue ? TimeSpan.MaxValue : _context.ToElapsed(timestamp);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
