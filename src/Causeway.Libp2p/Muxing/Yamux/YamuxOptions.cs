namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>Limits and timing of Yamux connections. Immutable; derive variants with <c>with</c>.</summary>
public sealed record YamuxOptions
{
    /// <summary>The window that every stream starts with, in bytes. Not an option: the specification fixes it ("Flow Control").</summary>
    public const int InitialWindow = 256 * 1024;

    private const int NoisePayload = 65536 - 18;

    /// <summary>Streams that the other end may have open on one connection; more are reset. 1 or more; default 1000, as in go-yamux and js-yamux.</summary>
    public int MaxInboundStreams { get; init; } = 1000;

    /// <summary>Streams that we may have open on one connection; opening more fails. 1 or more; default 4096.</summary>
    public int MaxOutboundStreams { get; init; } = 4096;

    /// <summary>Inbound streams that may wait for <see cref="IMuxer.AcceptStreamAsync"/>; more are reset. 1 or more; default 256 (specification, "ACK backlog").</summary>
    public int AcceptBacklog { get; init; } = 256;

    /// <summary>Streams that we opened and the other end has not acknowledged; further opens wait. 1 or more; default 256 (specification, "ACK backlog").</summary>
    public int AckBacklog { get; init; } = 256;

    /// <summary>
    /// The most payload in one data frame that we send, in bytes. 1 KiB to 256 KiB; default 65 506, so that a frame with its header and
    /// the 18 bytes that Noise adds fills 64 KiB. A write of at most this size becomes exactly one frame.
    /// Bounds how long a bulk stream holds up the others.
    /// </summary>
    /// <remarks>
    /// Measured with Noise on loopback: frames of 32, 64 and 128 KiB with flushes of 64, 128 and 256 KiB all moved 0.8 to 1.1 GB per second of
    /// processor time, with no order beyond the spread of the runs.
    /// </remarks>
    public int MaxFramePayload { get; init; } = NoisePayload - FrameHeader.Size;

    /// <summary>Bytes handed to the pipe before it is flushed, when there is that much to send. 1 KiB to 16 MiB; default two full frames.</summary>
    public int FlushSize { get; init; } = 2 * NoisePayload;

    /// <summary>How far a stream's receive window may grow with the bandwidth-delay product, in bytes. 256 KiB to 1 GiB; default 16 MiB, as in go-yamux and js-yamux.</summary>
    public int MaxStreamWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes that all streams of a connection may hold unread (or promise to hold, for grown windows). A stream whose data does not fit is reset.
    /// 256 KiB or more; default 64 MiB.
    /// </summary>
    public long MaxReceiveMemory { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often a ping keeps the connection alive and measures the round trip. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for never; default 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing at all may arrive after a keep-alive ping before the connection is closed. More than zero; default 15 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long <see cref="IMuxer.CloseAsync"/> waits for pending writes. Zero or more; default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a graceful end waits for the other end to close its side, so that nothing sent is lost to a TCP reset. Zero or more; default 250 ms.
    /// </summary>
    public TimeSpan CloseLinger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Pings of the other end that are answered at once; more, beyond <see cref="PingsPerSecond"/>, are a flood. 1 or more; default 1024.</summary>
    public int PingBurst { get; init; } = 1024;

    /// <summary>Pings of the other end answered per second in the long run. 1 or more; default 256.</summary>
    public int PingsPerSecond { get; init; } = 256;

    /// <summary>Streams of the other end that may end in a reset at once (its resets, and ours for exceeded limits); more, beyond <see cref="ResetsPerSecond"/>, are a flood. 1 or more; default 4096.</summary>
    public int ResetBurst { get; init; } = 4096;

    /// <summary>Such resets per second in the long run. 1 or more; default 256.</summary>
    public int ResetsPerSecond { get; init; } = 256;

    /// <summary>Checks every value against its range.</summary>
    /// <exception cref="Libp2pException">A value is out of range; the message names it.</exception>
    public YamuxOptions Validate()
    {
        Require(MaxInboundStreams >= 1, nameof(MaxInboundStreams), "at least 1");
        Require(MaxOutboundStreams >= 1, nameof(MaxOutboundStreams), "at least 1");
        Require(AcceptBacklog >= 1, nameof(AcceptBacklog), "at least 1");
        Require(AckBacklog >= 1, nameof(AckBacklog), "at least 1");
        Require(MaxFramePayload is >= 1024 and <= InitialWindow, nameof(MaxFramePayload), "1 KiB to 256 KiB");
        Require(FlushSize is >= 1024 and <= 16 * 1024 * 1024, nameof(FlushSize), "1 KiB to 16 MiB");
        Require(MaxStreamWindow is >= InitialWindow and <= 1024 * 1024 * 1024, nameof(MaxStreamWindow), "256 KiB to 1 GiB");
        Require(MaxReceiveMemory >= InitialWindow, nameof(MaxReceiveMemory), "at least 256 KiB");
        Require(KeepAliveInterval > TimeSpan.Zero || KeepAliveInterval == Timeout.InfiniteTimeSpan, nameof(KeepAliveInterval), "more than zero, or infinite");
        Require(KeepAliveTimeout > TimeSpan.Zero, nameof(KeepAliveTimeout), "more than zero");
        Require(CloseTimeout >= TimeSpan.Zero, nameof(CloseTimeout), "zero or more");
        Require(CloseLinger >= TimeSpan.Zero, nameof(CloseLinger), "zero or more");
        Require(PingBurst >= 1, nameof(PingBurst), "at least 1");
        Require(PingsPerSecond >= 1, nameof(PingsPerSecond), "at least 1");
        Require(ResetBurst >= 1, nameof(ResetBurst), "at least 1");
        Require(ResetsPerSecond >= 1, nameof(ResetsPerSecond), "at least 1");
        return this;
    }

    private static void Require(bool met, string option, string range)
    {
        if (!met) throw new Libp2pException(Libp2pError.InvalidArgument, $"Yamux option {option} is out of range: {range}.");
    }
}
