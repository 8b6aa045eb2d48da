namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>What an endpoint has done and dropped so far. Safe to read and to write from any thread.</summary>
public sealed class TunnelCounters
{
    private long _attempts;
    private long _attemptsFailed;
    private long _sessions;
    private long _hellosRefused;
    private long _handshakeMessagesDropped;
    private long _framesUnknown;
    private long _framesDropped;

    /// <summary>Handshakes begun by this member.</summary>
    public long Attempts => Volatile.Read(ref _attempts);

    /// <summary>Handshakes begun by this member that came to nothing.</summary>
    public long AttemptsFailed => Volatile.Read(ref _attemptsFailed);

    /// <summary>Sessions established, in either role.</summary>
    public long Sessions => Volatile.Read(ref _sessions);

    /// <summary>HELLOs that were dropped, or answered with RETRY or ERROR.</summary>
    public long HellosRefused => Volatile.Read(ref _hellosRefused);

    /// <summary>Other messages of handshakes that were not valid where they arrived, or too many.</summary>
    public long HandshakeMessagesDropped => Volatile.Read(ref _handshakeMessagesDropped);

    /// <summary>Frames of no session known here.</summary>
    public long FramesUnknown => Volatile.Read(ref _framesUnknown);

    /// <summary>Frames of a known session that were not authentic, not new, or not allowed.</summary>
    public long FramesDropped => Volatile.Read(ref _framesDropped);

    internal void CountAttempt() => Interlocked.Increment(ref _attempts);

    internal void CountFailedAttempt() => Interlocked.Increment(ref _attemptsFailed);

    internal void CountSession() => Interlocked.Increment(ref _sessions);

    internal void CountRefusedHello() => Interlocked.Increment(ref _hellosRefused);

    internal void CountDroppedMessage() => Interlocked.Increment(ref _handshakeMessagesDropped);

    internal void CountUnknownFrame() => Interlocked.Increment(ref _framesUnknown);

    internal void CountDroppedFrame() => Interlocked.Increment(ref _framesDropped);
}
