using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <content>Sealing and opening.</content>
public sealed partial class Session
{
    /// <summary>
    /// Seals a frame in place. <paramref name="frame"/> is the whole payload, with the body already at <see cref="FrameLayout.BodyOffset"/>:
    /// header and kind are written before it, the tag into the last <see cref="FrameLayout.TagSize"/> bytes.
    /// </summary>
    /// <exception cref="ArgumentException">The kind is one that the session sends by itself, or none.</exception>
    public SealStatus Seal(FrameKind kind, Span<byte> frame)
    {
        if (kind is not (FrameKind.Frame or FrameKind.OffloadFrame or (>= FrameKind.RosterHeads and <= FrameKind.JoinRefused)))
            throw new ArgumentException($"The session sends {kind} by itself.", nameof(kind));
        if (frame.Length < FrameLayout.Overhead || !FrameBody.IsWellFormed(kind, frame[FrameLayout.BodyOffset..^FrameLayout.TagSize], Parameters))
            return SealStatus.BadBody;
        return State == SessionState.Open ? SealCounted(kind, frame) : SealStatus.Closed;
    }

    /// <summary>
    /// Opens a payload in place and acts on what is the session's own. Whatever the outcome, it takes no longer than opening, and nothing but
    /// <see cref="OpenStatus.Opened"/> changes anything. After a failure the payload's content is lost.
    /// </summary>
    public OpenStatus Open(Span<byte> payload, out OpenedFrame opened)
    {
        opened = default;
        var status = State == SessionState.Open ? OpenCounted(payload, ref opened) : OpenStatus.Closed;
        _ = Interlocked.Increment(ref _outcomes[(int)status]);
        return status;
    }

    private SealStatus SealCounted(FrameKind kind, Span<byte> frame, bool notify = true)
    {
        var status = _epochs.Seal(kind, frame, out var reachedLimit);
        if (status == SealStatus.Sealed)
        {
            _ = Interlocked.Increment(ref _sealedFrames);
            _ = Interlocked.Add(ref _sealedBytes, frame.Length - FrameLayout.Overhead);
        }
        else if (status == SealStatus.Exhausted)
        {
            Volatile.Write(ref _needsHandshake, true);
        }

        if (reachedLimit && notify) OnLimit();
        return status;
    }

    private OpenStatus OpenCounted(Span<byte> payload, ref OpenedFrame opened)
    {
        var now = Now;
        var status = _epochs.Open(payload, now, out var epoch, out var reachedLimit);
        if (status != OpenStatus.Opened) return status;
        var kind = (FrameKind)payload[FrameLayout.HeaderSize];
        var body = payload[FrameLayout.BodyOffset..^FrameLayout.TagSize];
        if (!FrameBody.IsWellFormed(kind, body, Parameters)) return OpenStatus.BadBody;
        _heartbeats.Hear(now);
        _ = Interlocked.Add(ref _openedBytes, body.Length);
        if (epoch > Volatile.Read(ref _knownEpoch) || kind is (>= FrameKind.Heartbeat and <= FrameKind.RekeyRequest) or FrameKind.Close)
            OnControl(kind, epoch, body, now);
        if (reachedLimit) OnLimit();
        opened = new OpenedFrame(kind, body);
        return OpenStatus.Opened;
    }

    private void OnControl(FrameKind kind, ushort epoch, ReadOnlySpan<byte> body, long now)
    {
        lock (_lock)
        {
            if (_state != SessionState.Open) return;
            if (epoch > _rekey.Epoch) _rekey.OnNewEpoch(epoch, now);
            if (kind is FrameKind.Heartbeat or FrameKind.HeartbeatAck)
            {
                _heartbeats.OnMessage(kind, body, now);
            }
            else if (kind is >= FrameKind.Rekey and <= FrameKind.RekeyRequest)
            {
                _rekey.OnMessage(kind, epoch, body, now);
            }
            else if (kind == FrameKind.Close)
            {
                CloseReason = (CloseReason)body[0];
                _state = SessionState.ClosedByPeer;
                End();
            }

            Update();
        }
    }

    // Once per epoch and direction.
    private void OnLimit()
    {
        lock (_lock)
        {
            if (_state != SessionState.Open) return;
            _rekey.OnTime(Now);
            Update();
        }
    }
}
