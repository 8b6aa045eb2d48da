using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>
/// The side that begins. It repeats REKEY until the answer, then seals under the new epoch, and repeats REKEY_DONE until it hears the peer there: only then
/// the grace of the old epoch begins, since a peer that lost REKEY_DONE goes on in the old one.
/// </summary>
internal sealed class RekeyInitiator : RekeyMachine
{
    private State _state = State.Steady;
    private RekeyOffer? _offer;
    private bool _wanted;
    private bool _sendRekey;
    private bool _sendDone;
    private long _beginAt;
    private long _repeatAt;
    private long _verifyAt = long.MinValue;

    internal RekeyInitiator(SessionEpochs epochs, RekeySettings settings, long now)
        : base(epochs, settings, now) => _beginAt = now + JitteredRotation();

    private enum State
    {
        // One epoch, or two while the old one has its grace.
        Steady,

        // Keys are being drawn and signed.
        Preparing,

        // REKEY is out.
        Waiting,

        // REKEY_ACK is being verified.
        Finishing,

        // The new epoch exists; REKEY_DONE goes out first.
        Switching,

        // This side seals under the new epoch; the peer was not yet heard there.
        Confirming,
    }

    /// <inheritdoc/>
    internal override long NextDeadline => _state switch
    {
        // With two epochs alive the end of the grace comes first, and the session knows about that.
        State.Steady when Epochs.Alive == 1 => _beginAt,
        State.Waiting or State.Confirming => _repeatAt,
        _ => long.MaxValue,
    };

    /// <inheritdoc/>
    internal override bool HasControl => _sendRekey || _sendDone;

    /// <inheritdoc/>
    internal override void OnTime(long now)
    {
        if (_state == State.Steady && (now >= _beginAt || _wanted || Epochs.IsNearLimit))
        {
            Begin();
        }
        else if (_state is State.Waiting or State.Confirming && now >= _repeatAt)
        {
            _sendRekey = _state == State.Waiting;
            _sendDone = !_sendRekey;
            _repeatAt = now + Settings.Repetition;
        }
    }

    /// <inheritdoc/>
    internal override void OnMessage(FrameKind kind, ushort epoch, ReadOnlySpan<byte> body, long now)
    {
        if (epoch != Epoch) return;
        if (kind == FrameKind.RekeyRequest && _state == State.Steady)
        {
            _wanted = true;
            OnTime(now);
        }
        else if (kind == FrameKind.RekeyAck && _state == State.Waiting && now >= _verifyAt && RekeyLayout.Epoch(body) == Epoch + 1)
        {
            _state = State.Finishing;
            _sendRekey = false;
            var (offer, ack) = (_offer!, body.ToArray());
            Work = () => offer.Complete(ack, Settings.Peer);
        }
    }

    /// <inheritdoc/>
    internal override void OnNewEpoch(ushort epoch, long now)
    {
        if (_state != State.Confirming || epoch != Epoch + 1) return;
        Epochs.Expire(Epoch, now + Settings.Grace);
        Advance(now);
        _state = State.Steady;
        _sendDone = false;
        _beginAt = now + JitteredRotation();
    }

    /// <inheritdoc/>
    internal override void Complete(IDisposable? result, long now)
    {
        if (result is RekeyOffer offer)
        {
            _offer = offer;
            _state = State.Waiting;
            _sendRekey = true;
            _repeatAt = now + Settings.Repetition;
        }
        else if (result is RekeySecret secret)
        {
            Install(secret);
            secret.Dispose();
            _offer!.Dispose();
            _offer = null;
            _state = State.Switching;
            _sendDone = true;
        }
        else
        {
            // The answer was not the peer's; the right one may still come. Or there was no offer; then another is tried. As each such answer costs a
            // verification, they are taken slowly, whoever sends them.
            _state = _offer is null ? State.Steady : State.Waiting;
            _verifyAt = now + (Settings.Repetition / 2);
            _beginAt = now + Settings.Repetition;
        }
    }

    /// <inheritdoc/>
    internal override bool TryTakeControl(long now, out FrameKind kind, out ReadOnlySpan<byte> body)
    {
        kind = FrameKind.None;
        body = default;
        if (_sendRekey)
        {
            kind = FrameKind.Rekey;
            body = _offer!.Body;
            _sendRekey = false;
            return true;
        }

        if (!_sendDone) return false;
        if (_state == State.Switching)
        {
            Epochs.Switch();
            _state = State.Confirming;
            _repeatAt = now + Settings.Repetition;
        }

        _sendDone = false;
        kind = FrameKind.RekeyDone;
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _offer?.Dispose();

    private void Begin()
    {
        if (Epoch >= Settings.LastEpoch)
        {
            NeedsHandshake = true;
            _beginAt = long.MaxValue;
            return;
        }

        // While the old epoch has its grace there would be three.
        if (Epochs.Alive > 1) return;
        _wanted = false;
        _state = State.Preparing;
        var next = (ushort)(Epoch + 1);
        Work = () => RekeyOffer.Create(Settings.Session, next, Settings.Identity, Settings.Random);
    }

    // 0…10 % early, so that the sessions of a member do not all rekey at once.
    private long JitteredRotation()
    {
        Span<byte> random = stackalloc byte[sizeof(uint)];
        Settings.Random.Fill(random);
        return Settings.Rotation - (long)(Settings.Rotation * 0.1 * (BinaryPrimitives.ReadUInt32LittleEndian(random) / (double)uint.MaxValue));
    }
}
