using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>
/// The Yamux state machine without I/O: frames that arrived go in, frames to send come out. It owns no socket, task or timer and is not thread-safe;
/// <see cref="YamuxMuxer"/> drives it under a lock. Time is what the caller says it is.
/// </summary>
internal sealed partial class YamuxSession
{
    private readonly YamuxOptions _options;
    private readonly Dictionary<uint, StreamState> _streams = [];
    private readonly StreamIdLedger _remoteIds;
    private readonly TokenBucket _resets;
    private readonly TokenBucket _pings;
    private readonly uint _parity;
    private long _nextId;
    private int _tick;
    private bool _saidGoAway;

    public YamuxSession(YamuxOptions options, ConnectionRole role, IMemoryScope memory)
    {
        _options = options;
        Memory = new ReceiveMemory(memory, options.MaxReceiveMemory);
        _parity = role == ConnectionRole.Initiator ? 1u : 0u;
        _nextId = role == ConnectionRole.Initiator ? 1 : 2;
        _remoteIds = new StreamIdLedger(odd: role == ConnectionRole.Responder);
        _resets = new TokenBucket(options.ResetBurst, options.ResetsPerSecond);
        _pings = new TokenBucket(options.PingBurst, options.PingsPerSecond);
    }

    /// <summary>What all streams hold.</summary>
    public ReceiveMemory Memory { get; }

    /// <summary>Streams in the table.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Those that the other end opened.</summary>
    public int InboundCount { get; private set; }

    /// <summary>Those of them that wait to be accepted.</summary>
    public int UnacceptedCount { get; private set; }

    /// <summary>Those that we opened and the other end has not acknowledged.</summary>
    public int UnacknowledgedCount { get; private set; }

    /// <summary>We said go-away: the other end opens no more streams.</summary>
    public bool HasGoneAway { get; private set; }

    /// <summary>The other end said so: we open no more.</summary>
    public bool RemoteHasGoneAway { get; private set; }

    /// <summary>No stream is left after a go-away: nothing can happen on this connection any more.</summary>
    public bool IsFinished => (HasGoneAway || RemoteHasGoneAway) && _streams.Count == 0;

    /// <summary>Whether a stream may be opened without exceeding the ACK backlog.</summary>
    public bool MayOpen => UnacknowledgedCount < _options.AckBacklog;

    /// <summary>Opens a stream; nothing is sent yet.</summary>
    /// <exception cref="Libp2pException">Going away, or a limit is reached.</exception>
    public StreamState Open(TimeSpan now)
    {
        if (HasGoneAway) throw new Libp2pException(Libp2pError.ConnectionClosed, "The connection is being closed; open the stream on another one.");
        if (RemoteHasGoneAway) throw new Libp2pException(Libp2pError.ConnectionClosed, "The other end is going away; open the stream on another connection.");
        if (_streams.Count - InboundCount >= _options.MaxOutboundStreams)
        {
            throw new Libp2pException(Libp2pError.ResourceLimit, $"{_options.MaxOutboundStreams} streams are open on this connection already; close some first.");
        }

        if (_nextId > uint.MaxValue) throw new Libp2pException(Libp2pError.ConnectionClosed, "All stream IDs of this connection are used up; connect again.");
        var stream = new StreamState((uint)_nextId, isInbound: false, new StreamMemory(Memory)) { Epoch = now };
        _nextId += 2;
        _streams.Add(stream.Id, stream);
        UnacknowledgedCount++;
        return stream;
    }

    /// <summary>An inbound stream has been handed to the application.</summary>
    public void Accepted() => UnacceptedCount--;

    /// <summary>Refuses streams of the other end from now on and tells it so; existing streams go on.</summary>
    public void GoAway(GoAwayCode code)
    {
        HasGoneAway = true;
        if (_saidGoAway) return;
        _saidGoAway = true;
        _goAway = code;
    }

    /// <summary>Refuses streams of the other end from now on, without telling yet.</summary>
    public void StopOpening() => HasGoneAway = true;

    /// <summary>The connection has ended: forgets every stream and everything to send but a go-away, and returns the streams.</summary>
    public StreamState[] End(GoAwayCode? tell)
    {
        var streams = _streams.Values.ToArray();
        foreach (var stream in streams) stream.IsRemoved = true;
        _streams.Clear();
        InboundCount = UnacknowledgedCount = 0;
        HasGoneAway = true;
        DropOutgoing();
        if (tell is not null && !_saidGoAway) _goAway = tell;
        return streams;
    }

    /// <summary>
    /// A keep-alive interval has passed: streams that nobody reads and the other end does not finish are reset on the second. Returns those.
    /// </summary>
    public StreamState[] Tick()
    {
        _tick++;
        var stale = _streams.Values.Where(s => s.IsDiscarding && _tick - s.DiscardingSince > 1).ToArray();
        foreach (var stream in stale) Reset(stream, 0);
        return stale;
    }

    private bool IsOurs(uint id) => (id & 1) == _parity;

    private void Remove(StreamState stream)
    {
        if (stream.IsRemoved) return;
        stream.IsRemoved = true;
        _ = _streams.Remove(stream.Id);
        stream.Queued = 0;
        stream.Credit = 0;
        stream.Memory.Settle();
        if (stream.IsInbound) InboundCount--;
        Acknowledge(stream);
    }

    private void Acknowledge(StreamState stream)
    {
        if (!stream.IsUnacknowledged) return;
        stream.IsUnacknowledged = false;
        UnacknowledgedCount--;
    }
}
