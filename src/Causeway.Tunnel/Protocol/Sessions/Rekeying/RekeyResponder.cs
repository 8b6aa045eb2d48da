using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>
/// The side that answers: it opens the new epoch from its answer on, and seals under it from the first frame of the initiator there. It asks for a rekey
/// when a limit is near, or the initiator is late.
/// </summary>
internal sealed class RekeyResponder : RekeyMachine
{
    private State _state = State.Steady;
    private RekeyAnswer? _answer;
    private bool _sendAck;
    private bool _sendRequest;
    private bool _asked;
    private long _askAt;
    private long _verifyAt = long.MinValue;

    internal RekeyResponder(SessionEpochs epochs, RekeySettings settings, long now)
        : base(epochs, settings, now) => _askAt = now + Patience;

    private enum State
    {
        // One epoch, or two while the old one has its grace.
        Steady,

        // REKEY is being verified and answered.
        Answering,

        // REKEY_ACK is out; both epochs can be opened, the old one seals.
        Answered,
    }

    /// <inheritdoc/>
    internal override long NextDeadline => _state == State.Steady ? _askAt : long.MaxValue;

    /// <inheritdoc/>
    internal override bool HasControl => _sendAck || _sendRequest;

    // The initiator begins before the interval is over; what a message and a repetition take comes on top.
    private long Patience => Settings.Rotation + (2 * Settings.Repetition);

    /// <inheritdoc/>
    internal override void OnTime(long now)
    {
        if (_state != State.Steady) return;
        var near = Epochs.IsNearLimit;
        if (Epoch >= Settings.LastEpoch)
        {
            NeedsHandshake |= near || now >= _askAt;
            if (now >= _askAt) _askAt = long.MaxValue;
        }
        else if (now >= _askAt || (near && !_asked))
        {
            _asked = true;
            _sendRequest = true;
            _askAt = now + Settings.Repetition;
        }
    }

    /// <inheritdoc/>
    internal override void OnMessage(FrameKind kind, ushort epoch, ReadOnlySpan<byte> body, long now)
    {
        if (epoch != Epoch) return;
        if (kind == FrameKind.RekeyDone)
        {
            WantsHeartbeat = true;
        }
        else if (kind == FrameKind.Rekey && RekeyLayout.Epoch(body) == Epoch + 1)
        {
            if (_state == State.Answered)
            {
                _sendAck |= body.SequenceEqual(_answer!.Rekey);
            }
            else if (_state == State.Steady && now >= _verifyAt)
            {
                _state = State.Answering;
                _sendRequest = false;
                var rekey = body.ToArray();
                Work = () => RekeyAnswer.Create(Settings.Session, rekey, Settings.Identity, Settings.Peer, Settings.Random);
            }
        }
    }

    /// <inheritdoc/>
    internal override void OnNewEpoch(ushort epoch, long now)
    {
        if (_state != State.Answered || epoch != Epoch + 1) return;
        Epochs.Switch();
        Epochs.Expire(Epoch, now + Settings.Grace);
        Advance(now);

        // The initiator waits for the end of its own grace. One who does not would have us sign without a pause.
        _verifyAt = now + (Settings.Grace / 2);
        _state = State.Steady;
        _answer = null;
        _sendAck = false;
        _asked = false;
        _askAt = now + Patience;
    }

    /// <inheritdoc/>
    internal override void Complete(IDisposable? result, long now)
    {
        if (result is not RekeyAnswer answer)
        {
            // Somebody with the session's keys and not the peer's: each such message costs a verification, so they are taken slowly.
            _state = State.Steady;
            _verifyAt = now + (Settings.Repetition / 2);
            return;
        }

        Install(answer.Secret);
        answer.Dispose();
        _answer = answer;
        _state = State.Answered;
        _sendAck = true;
    }

    /// <inheritdoc/>
    internal override bool TryTakeControl(long now, out FrameKind kind, out ReadOnlySpan<byte> body)
    {
        kind = FrameKind.None;
        body = default;
        if (_sendAck)
        {
            kind = FrameKind.RekeyAck;
            body = _answer!.Body;
            _sendAck = false;
            return true;
        }

        if (!_sendRequest) return false;
        _sendRequest = false;
        kind = FrameKind.RekeyRequest;
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _answer?.Dispose();
}
