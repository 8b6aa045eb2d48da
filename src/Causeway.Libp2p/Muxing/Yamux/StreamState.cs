namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>What a session knows of one stream. Belongs to its <see cref="YamuxSession"/>, which alone changes it.</summary>
internal sealed class StreamState(uint id, bool isInbound, StreamMemory memory)
{
    /// <summary>The stream ID.</summary>
    public uint Id { get; } = id;

    /// <summary>Whether the other end opened it.</summary>
    public bool IsInbound { get; } = isInbound;

    /// <summary>Its part of the receive memory.</summary>
    public StreamMemory Memory { get; } = memory;

    /// <summary>The stream as its users know it; set once by the driver.</summary>
    public YamuxStream? Stream { get; set; }

    /// <summary>We owe the other end a SYN: nothing has been sent yet.</summary>
    public bool OwesSyn { get; set; } = !isInbound;

    /// <summary>We owe the other end an ACK.</summary>
    public bool OwesAck { get; set; } = isInbound;

    /// <summary>Counts in the ACK backlog.</summary>
    public bool IsUnacknowledged { get; set; } = !isInbound;

    /// <summary>Neither in the table nor on the wire any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Bytes that we may still send.</summary>
    public uint SendWindow { get; set; } = YamuxOptions.InitialWindow;

    /// <summary>Bytes of the pending write that are not in frames yet.</summary>
    public int Queued { get; set; }

    /// <summary>The pending write fits one frame and has to become exactly one.</summary>
    public bool QueuedWhole { get; set; }

    /// <summary>Our side ends after what is queued.</summary>
    public bool FinQueued { get; set; }

    /// <summary>Our side has ended.</summary>
    public bool FinSent { get; set; }

    /// <summary>A reset has to be sent; nothing else will be.</summary>
    public bool ResetQueued { get; set; }

    /// <summary>The code that goes with it.</summary>
    public uint ResetCode { get; set; }

    /// <summary>The receive window when nothing is unread.</summary>
    public uint Window { get; set; } = YamuxOptions.InitialWindow;

    /// <summary>Bytes that the other end may still send.</summary>
    public uint WindowLeft { get; set; } = YamuxOptions.InitialWindow;

    /// <summary>Bytes read since the last window update.</summary>
    public uint Uncredited { get; set; }

    /// <summary>The window update that has to be sent.</summary>
    public uint Credit { get; set; }

    /// <summary>The most bytes that lay unread since the last window update was due. A hint, kept by the stream without the session's lock.</summary>
    public int PeakUnread { get; set; }

    /// <summary>When the last window update was due.</summary>
    public TimeSpan Epoch { get; set; }

    /// <summary>The other end's side has ended.</summary>
    public bool FinReceived { get; set; }

    /// <summary>Nobody reads any more: data is dropped.</summary>
    public bool IsDiscarding { get; set; }

    /// <summary>When that began, in keep-alive ticks.</summary>
    public int DiscardingSince { get; set; }

    /// <summary>Waits in the queue of control frames.</summary>
    public bool InControlQueue { get; set; }

    /// <summary>Waits in the queue of data frames.</summary>
    public bool InDataQueue { get; set; }

    /// <summary>The next in the queue of control frames.</summary>
    public StreamState? NextControl { get; set; }

    /// <summary>The next in the queue of data frames.</summary>
    public StreamState? NextData { get; set; }

    /// <summary>Whether a data frame may be sent now.</summary>
    public bool CanSendData => Queued > 0 && SendWindow > 0 && (!QueuedWhole || SendWindow >= Queued);
}
