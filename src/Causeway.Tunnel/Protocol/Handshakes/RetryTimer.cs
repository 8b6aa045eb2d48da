namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>When the initiator repeats its last message, after 1, 2, 4 s …, and when it gives up, 10 s after it began (docs/protocol/tunnel.md §8).</summary>
internal sealed class RetryTimer
{
    private readonly HandshakeContext _context;
    private readonly TimeSpan _end;
    private TimeSpan _interval;
    private TimeSpan _next;

    public RetryTimer(HandshakeContext context)
    {
        _context = context;
        _end = context.Now + HandshakeTimes.Attempt;
        Restart();
    }

    public TimeSpan NextDeadline => _next < _end ? _next : _end;

    /// <summary>Another message is being sent: its first repetition comes after one second.</summary>
    public void Restart()
    {
        _interval = HandshakeTimes.Repetition;
        _next = _context.Now + _interval;
    }

    public HandshakeOutcome OnTime()
    {
        var now = _context.Now;
        if (now >= _end) return HandshakeOutcome.Failed;
        if (now < _next) return HandshakeOutcome.None;
        _interval *= 2;
        _next = now + _interval;
        return HandshakeOutcome.Send;
    }
}
