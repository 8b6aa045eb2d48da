namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>Pings: keep-alive and round-trip time.</content>
internal sealed partial class YamuxSession
{
    /// <summary>Answers that may wait to be sent; more wait only when the other end asks without reading. go-yamux: <c>PingBacklog</c>.</summary>
    private const int MaxPendingPongs = 32;

    private readonly Queue<uint> _pongs = new();
    private bool _pingDue;
    private bool _pingSent;
    private uint _pingValue;
    private int _abandoned;
    private TimeSpan _pingSentAt;

    /// <summary>The smoothed round-trip time, or null before the first answer.</summary>
    public TimeSpan? RoundTripTime { get; private set; }

    /// <summary>The shortest round-trip time measured: what the path takes when nothing else is on it.</summary>
    public TimeSpan? ShortestRoundTrip { get; private set; }

    /// <summary>Whether a measurement is under way.</summary>
    public bool IsPinging => _pingDue || _pingSent;

    /// <summary>The last round-trip time measured.</summary>
    public TimeSpan LastRoundTripTime { get; private set; }

    /// <summary>Asks for a measurement; joins one that is under way.</summary>
    public void Ping()
    {
        if (!_pingSent) _pingDue = true;
    }

    /// <summary>Asks for a sign of life: a question that is still open (go-yamux drops answers when it is busy) is given up for a new one.</summary>
    public void PingAfresh()
    {
        if (_pingSent) _abandoned++;
        _pingSent = false;
        _pingDue = true;
    }

    /// <summary>The question that <see cref="TryTake"/> gave out is on its way now.</summary>
    public void PingSent(TimeSpan now) => _pingSentAt = now;

    private FrameHeader TakePing()
    {
        _pingDue = false;
        _pingSent = true;
        return new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, ++_pingValue);
    }

    private ReceivedFrame ReceivePing(in FrameHeader header, TimeSpan now)
    {
        if (header.StreamId != 0) throw Violation.Of("a ping that names a stream");
        switch (header.Flags)
        {
            case FrameFlags.Syn:
                if (!_pings.TryTake(now)) throw Violation.Flood("too many pings");
                if (_pongs.Count == MaxPendingPongs) throw Violation.Flood("it pings without reading our answers");
                _pongs.Enqueue(header.Length);
                return default;
            case FrameFlags.Ack:
                if (!_pingSent || header.Length != _pingValue)
                {
                    if (_abandoned-- == 0) throw Violation.Of("an answer to a ping that was not asked");
                    return default;
                }

                _pingSent = false;
                LastRoundTripTime = now - _pingSentAt;

                // Half old, half new, as go-yamux does: pings are rare, so a heavier average would lag by minutes.
                RoundTripTime = RoundTripTime is { } smoothed ? (smoothed + LastRoundTripTime) / 2 : LastRoundTripTime;
                if (ShortestRoundTrip is not { } shortest || LastRoundTripTime < shortest) ShortestRoundTrip = LastRoundTripTime;
                return new ReceivedFrame(null, 0, ReceivedEffects.Pong);
            default:
                throw Violation.Of($"a ping with flags {header.Flags}");
        }
    }
}
