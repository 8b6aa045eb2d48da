using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>A frame to send now.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Stream">The stream it is about; a data frame's payload is the next <c>Header.Length</c> bytes of that stream's pending write.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OutgoingFrame(FrameHeader Header, StreamState? Stream)
{
    /// <summary>Payload bytes that follow the header.</summary>
    public int Payload => Header.Type == FrameType.Data ? (int)Header.Length : 0;
}

/// <content>Frames to send. Control frames go first; they are bounded by the number of streams and by the limits below.</content>
internal sealed partial class YamuxSession
{
    /// <summary>Resets that may wait to be sent while the other end opens streams. They only wait while it does not read.</summary>
    private const int MaxPendingResets = 2048;

    private readonly Queue<uint> _refusals = new();
    private ControlQueue _control;
    private DataQueue _data;
    private GoAwayCode? _goAway;
    private int _pendingResets;

    /// <summary>Whether <see cref="TryTake"/> may have something.</summary>
    public bool HasWork => HasControlWork || !_data.IsEmpty;

    /// <summary>Whether there is payload to send.</summary>
    public bool HasDataWork => !_data.IsEmpty;

    /// <summary>Whether there is something short to send: no payload.</summary>
    public bool HasControlWork => _goAway is not null || _pongs.Count > 0 || _pingDue || _refusals.Count > 0 || !_control.IsEmpty;

    /// <summary>Whether any stream has a write that is not in frames yet (it may wait for window).</summary>
    public bool HasPendingWrites => _streams.Values.Any(s => s.Queued > 0 || (s.FinQueued && !s.FinSent));

    /// <summary>A write of the application waits to be sent; a stream has at most one.</summary>
    public void QueueData(StreamState stream, int bytes)
    {
        stream.Queued = bytes;
        stream.QueuedWhole = bytes <= _options.MaxFramePayload;
        if (stream.CanSendData) _data.Add(stream);
    }

    /// <summary>The pending write is withdrawn.</summary>
    public void Unqueue(StreamState stream)
    {
        stream.Queued = 0;
        if (stream.FinQueued && !stream.FinSent && !stream.IsRemoved) _control.Add(stream);
    }

    /// <summary>Our side ends after what is queued.</summary>
    public void QueueFin(StreamState stream)
    {
        if (stream.FinQueued || stream.IsRemoved) return;
        stream.FinQueued = true;
        if (stream.Queued == 0) _control.Add(stream);
    }

    /// <summary>Sends the SYN or ACK that is still owed, without waiting for data to carry it.</summary>
    public void Announce(StreamState stream)
    {
        if ((stream.OwesSyn || stream.OwesAck) && !stream.IsRemoved) _control.Add(stream);
    }

    /// <summary>Nobody will read this stream any more.</summary>
    public void Discard(StreamState stream)
    {
        if (stream.IsRemoved) return;
        if (stream.OwesSyn && !stream.FinQueued && stream.Queued == 0)
        {
            // The other end has never heard of it.
            Remove(stream);
            return;
        }

        stream.IsDiscarding = true;
        stream.DiscardingSince = _tick;
        stream.Credit = 0;
        stream.Memory.Settle();
        QueueFin(stream);
    }

    /// <summary>Resets a stream from our side.</summary>
    public void Reset(StreamState stream, uint code)
    {
        if (stream.IsRemoved) return;
        var known = !stream.OwesSyn;
        Remove(stream);
        if (!known) return;
        stream.ResetQueued = true;
        stream.ResetCode = code;
        _pendingResets++;
        _control.Add(stream);
    }

    /// <summary>Takes the next frame to send.</summary>
    public bool TryTake(out OutgoingFrame frame) => TryTakeSessionFrame(out frame) || TryTakeControl(out frame) || TryTakeData(out frame);

    private bool TryTakeSessionFrame(out OutgoingFrame frame)
    {
        if (_goAway is { } code)
        {
            _goAway = null;
            frame = new OutgoingFrame(new FrameHeader(FrameType.GoAway, FrameFlags.None, 0, (uint)code), null);
            return true;
        }

        if (_pongs.TryDequeue(out var value))
        {
            frame = new OutgoingFrame(new FrameHeader(FrameType.Ping, FrameFlags.Ack, 0, value), null);
            return true;
        }

        if (_pingDue)
        {
            frame = new OutgoingFrame(TakePing(), null);
            return true;
        }

        if (_refusals.TryDequeue(out var refused))
        {
            frame = new OutgoingFrame(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, refused, 0), null);
            return true;
        }

        frame = default;
        return false;
    }

    private bool TryTakeControl(out OutgoingFrame frame)
    {
        while (_control.Take() is { } stream)
        {
            if (stream.ResetQueued)
            {
                stream.ResetQueued = false;
                _pendingResets--;
                frame = new OutgoingFrame(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, stream.Id, stream.ResetCode), stream);
                return true;
            }

            if (stream.IsRemoved) continue;
            var flags = TakeOpeningFlags(stream);
            var credit = stream.Credit;
            stream.Credit = 0;
            stream.WindowLeft += credit;

            // The end of our side is a frame of its own, behind the last data frame: go-yamux and js-yamux apply the flags of a data frame
            // before its payload, and a reader there may miss payload that comes together with FIN.
            if (stream is { FinQueued: true, FinSent: false, Queued: 0 })
            {
                stream.FinSent = true;
                flags |= FrameFlags.Fin;
                if (stream.FinReceived) Remove(stream);
            }

            if (flags == FrameFlags.None && credit == 0) continue;
            frame = new OutgoingFrame(new FrameHeader(FrameType.WindowUpdate, flags, stream.Id, credit), stream);
            return true;
        }

        frame = default;
        return false;
    }

    private bool TryTakeData(out OutgoingFrame frame)
    {
        while (_data.Take() is { } stream)
        {
            if (stream.IsRemoved || !stream.CanSendData) continue;
            var length = (int)Math.Min(stream.SendWindow, (uint)Math.Min(stream.Queued, _options.MaxFramePayload));
            stream.SendWindow -= (uint)length;
            stream.Queued -= length;
            stream.QueuedWhole = false;
            if (stream.CanSendData) _data.Add(stream);
            else if (stream is { Queued: 0, FinQueued: true }) _control.Add(stream);
            frame = new OutgoingFrame(new FrameHeader(FrameType.Data, TakeOpeningFlags(stream), stream.Id, (uint)length), stream);
            return true;
        }

        frame = default;
        return false;
    }

    private static FrameFlags TakeOpeningFlags(StreamState stream)
    {
        var flags = stream.OwesSyn ? FrameFlags.Syn : stream.OwesAck ? FrameFlags.Ack : FrameFlags.None;
        stream.OwesSyn = stream.OwesAck = false;
        return flags;
    }

    private void DropOutgoing()
    {
        _goAway = null;
        _refusals.Clear();
        _pongs.Clear();
        _pingDue = false;
        _pendingResets = 0;
        _control = default;
        _data = default;
    }
}
