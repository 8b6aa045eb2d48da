using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>What a frame header means for the driver.</summary>
/// <param name="Stream">The stream it is for; null: drop the payload.</param>
/// <param name="Payload">Payload bytes that follow.</param>
/// <param name="Effects">What happened.</param>
/// <param name="Code">The error code of a reset.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReceivedFrame(StreamState? Stream, int Payload, ReceivedEffects Effects, uint Code = 0)
{
    /// <summary>Whether any of these happened.</summary>
    public bool Has(ReceivedEffects effects) => (Effects & effects) != ReceivedEffects.None;
}

/// <summary>What an arrived frame did.</summary>
[Flags]
internal enum ReceivedEffects
{
    /// <summary>Nothing that anyone waits for.</summary>
    None = 0,

    /// <summary>The other end opened the stream: offer it to be accepted.</summary>
    Opened = 1,

    /// <summary>The other end reset the stream.</summary>
    Reset = 2,

    /// <summary>After the payload the other end's side of the stream has ended.</summary>
    Fin = 4,

    /// <summary>The stream broke its own rules and was reset from our side.</summary>
    Broken = 16,

    /// <summary>The ping was answered.</summary>
    Pong = 8,
}

/// <content>Frames that arrive.</content>
internal sealed partial class YamuxSession
{
    /// <summary>A frame header has arrived.</summary>
    /// <exception cref="Libp2pException">It breaks the protocol, or floods us: the connection must end.</exception>
    public ReceivedFrame Receive(in FrameHeader header, TimeSpan now)
    {
        switch (header.Type)
        {
            case FrameType.Ping:
                return ReceivePing(header, now);
            case FrameType.GoAway:
                ReceiveGoAway(header);
                return default;
            default:
                return ReceiveForStream(header, now);
        }
    }

    /// <summary>The payload of a frame with <see cref="ReceivedEffects.Fin"/> is complete.</summary>
    public void ReceiveFin(StreamState stream)
    {
        if (stream.IsRemoved) return;
        stream.FinReceived = true;
        stream.Credit = 0;
        stream.Memory.Settle();
        if (stream.FinSent) Remove(stream);
    }

    /// <summary>The application has taken bytes out of a stream; window updates are sent after half a window.</summary>
    public void Consumed(StreamState stream, int bytes, TimeSpan now)
    {
        if (stream.IsRemoved || stream.FinReceived || stream.IsDiscarding) return;
        stream.Uncredited += (uint)bytes;
        if (stream.Uncredited < stream.Window / 2) return;
        var credit = stream.Uncredited + Grow(stream, now);
        stream.Uncredited = 0;
        stream.Credit += credit;
        stream.Epoch = now;
        _control.Add(stream);
    }

    /// <summary>
    /// A stream that its window limits has half a window read in each round trip (updates fall into step with the bursts that they release; simulated);
    /// within one and a half, the window doubles, so it ends at three to six times the bandwidth-delay product. The round trip is the shortest measured,
    /// and each growth measures it again: under load one sample may be ten times too long. (go-yamux and js-yamux allow four smoothed round trips; with that, windows on loopback grew to 16 MiB, out of the caches and of the buffer
    /// pool, which allocated 4 to 12 kB per frame.) When a quarter of the window lay unread, the reader is the limit, and no window helps.
    /// </summary>
    private uint Grow(StreamState stream, TimeSpan now)
    {
        var peak = stream.PeakUnread;
        stream.PeakUnread = 0;
        if (stream.Window >= _options.MaxStreamWindow) return 0;
        if (ShortestRoundTrip is not { } rtt)
        {
            Ping();
            return 0;
        }

        if (IsPinging || now - stream.Epoch >= rtt * 1.5 || peak > stream.Window / 4) return 0;
        var larger = (uint)Math.Min(stream.Window * 2L, _options.MaxStreamWindow);
        if (!stream.Memory.TryGrow(larger - YamuxOptions.InitialWindow)) return 0;
        Ping();
        var growth = larger - stream.Window;
        stream.Window = larger;
        return growth;
    }

    private ReceivedFrame ReceiveForStream(in FrameHeader header, TimeSpan now)
    {
        var id = header.StreamId;
        if (id == 0) throw Violation.Of($"a {header.Type} frame for stream 0");
        var payload = header.Type == FrameType.Data ? header.Length : 0;
        var effects = ReceivedEffects.None;
        if (header.Has(FrameFlags.Syn))
        {
            if (!ReceiveSyn(id, now)) return Dropped(payload);
            effects = ReceivedEffects.Opened;
        }

        if (!_streams.TryGetValue(id, out var stream))
        {
            // rust-yamux ends a stream that was dropped or closed unused although it never opened it (connection.rs, on_drop_stream).
            if (payload == 0 && header.Has(FrameFlags.Rst | FrameFlags.Fin) && _remoteIds.Owns(id) && !_remoteIds.WasOpened(id))
            {
                CountReset(now);
                return default;
            }

            // Late frames of a stream that has ended here while they were on their way are fine; those of a stream that never was are not.
            if (IsOurs(id) ? id >= _nextId : !_remoteIds.WasOpened(id)) throw Violation.Of($"a frame for stream {id}, which was never opened");
            return Dropped(payload);
        }

        // Our own SYN has not been sent: the other end cannot know the stream.
        if (stream.OwesSyn) throw Violation.Of($"a frame for stream {id}, which was never opened");
        if (header.Has(FrameFlags.Ack)) Acknowledge(stream);
        if (header.Has(FrameFlags.Rst)) return ReceiveReset(stream, header, payload, effects, now);
        if (header.Type == FrameType.WindowUpdate) OpenSendWindow(stream, header.Length);
        else if (!Admit(stream, payload)) return new ReceivedFrame(stream, (int)payload, effects | ReceivedEffects.Broken);
        if (header.Has(FrameFlags.Fin)) effects |= ReceivedEffects.Fin;
        return new ReceivedFrame(stream, (int)payload, effects);
    }

    /// <summary>A stream is opened; false when it is refused.</summary>
    private bool ReceiveSyn(uint id, TimeSpan now)
    {
        if (!_remoteIds.Owns(id)) throw Violation.Of($"stream {id} is not the other end's to open");
        if (!_remoteIds.TryOpen(id)) throw Violation.Of($"stream {id} was opened twice");
        if (_pendingResets + _refusals.Count >= MaxPendingResets) throw Violation.Flood("it opens streams without reading that they are reset");
        if (HasGoneAway || InboundCount >= _options.MaxInboundStreams || UnacceptedCount >= _options.AcceptBacklog)
        {
            CountReset(now);
            _refusals.Enqueue(id);
            return false;
        }

        _streams.Add(id, new StreamState(id, isInbound: true, new StreamMemory(Memory)) { Epoch = now });
        InboundCount++;
        UnacceptedCount++;
        return true;
    }

    private ReceivedFrame ReceiveReset(StreamState stream, in FrameHeader header, uint payload, ReceivedEffects effects, TimeSpan now)
    {
        if (payload > stream.WindowLeft) throw Violation.Of($"{payload} bytes for stream {stream.Id}, whose window has {stream.WindowLeft} left");
        if (stream.IsInbound) CountReset(now);
        Remove(stream);

        // go-yamux sends an error code in the length of a window update that resets (libp2p specs, "error codes").
        var code = header.Type == FrameType.WindowUpdate ? header.Length : 0;
        return new ReceivedFrame(stream, (int)payload, effects | ReceivedEffects.Reset, code);
    }

    /// <summary>Counts payload against the window; false when the stream cannot take it and is reset.</summary>
    private bool Admit(StreamState stream, uint payload)
    {
        if (payload > stream.WindowLeft) throw Violation.Of($"{payload} bytes for stream {stream.Id}, whose window has {stream.WindowLeft} left");
        stream.WindowLeft -= payload;
        if (payload == 0) return true;
        if (stream.FinReceived)
        {
            Reset(stream, 0);
            return false;
        }

        if (!stream.IsDiscarding) return true;

        // Nobody reads, so the window will never open again: better a reset than a sender that waits for ever.
        if (stream.WindowLeft < stream.Window / 2) Reset(stream, 0);
        return true;
    }

    private void OpenSendWindow(StreamState stream, uint delta)
    {
        if (delta > uint.MaxValue - stream.SendWindow) throw Violation.Of($"the window of stream {stream.Id} overflows");
        stream.SendWindow += delta;
        if (stream.CanSendData) _data.Add(stream);
    }

    private void ReceiveGoAway(in FrameHeader header)
    {
        if (header.StreamId != 0) throw Violation.Of("a go-away that names a stream");
        RemoteHasGoneAway = true;
        if (header.Length != (uint)GoAwayCode.Normal)
        {
            throw new Libp2pException(Libp2pError.ConnectionClosed, header.Length switch
            {
                (uint)GoAwayCode.ProtocolError => "The other end closed the connection: it accuses us of a Yamux protocol error.",
                (uint)GoAwayCode.InternalError => "The other end closed the connection because of an error of its own.",
                _ => $"The other end closed the connection with code {header.Length}.",
            });
        }
    }

    private void CountReset(TimeSpan now)
    {
        if (!_resets.TryTake(now)) throw Violation.Flood("streams opened and reset, or opened beyond the limits, too often");
    }

    private ReceivedFrame Dropped(uint payload)
    {
        // No window of ours was ever larger, so no late frame can be.
        if (payload > (uint)_options.MaxStreamWindow) throw Violation.Of($"a frame of {payload} bytes, beyond any window");
        return new ReceivedFrame(null, (int)payload, ReceivedEffects.None);
    }
}
