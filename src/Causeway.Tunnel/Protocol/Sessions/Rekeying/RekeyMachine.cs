using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>
/// One side's states of rekeying (docs/protocol/tunnel.md §4.4). The session calls it under its lock; only <see cref="Work"/> runs outside, so that
/// signatures and key generation hold up no frame.
/// </summary>
internal abstract class RekeyMachine(SessionEpochs epochs, RekeySettings settings, long now) : IDisposable
{
    private bool _isLate;

    /// <summary>The newest epoch under which the peer was heard: frames of a newer one must be told to <see cref="OnNewEpoch"/>.</summary>
    internal ushort Epoch { get; private set; }

    /// <summary>
    /// When the session must end because no rekey has come through: whoever has stolen its keys and sits in the middle could else let everything pass but
    /// that, and keep them for ever.
    /// </summary>
    internal long EndsAt => Since + (3 * settings.Rotation) + settings.Silence;

    /// <summary>When <see cref="OnAge"/> must be called next.</summary>
    internal long AgeDeadline => _isLate ? EndsAt : LateAt;

    /// <summary>Whether this session cannot go on for long: there is no epoch left.</summary>
    internal bool NeedsHandshake { get; private protected set; }

    /// <summary>Whether a HEARTBEAT should go out at once, which tells the initiator that its REKEY_DONE arrived.</summary>
    internal bool WantsHeartbeat { get; set; }

    /// <summary>A computation to run outside the lock and to bring back to <see cref="Complete"/>; null if there is none. It is handed out once.</summary>
    internal Func<IDisposable?>? Work { get; set; }

    /// <summary>When <see cref="OnTime"/> must be called next.</summary>
    internal abstract long NextDeadline { get; }

    /// <summary>Whether <see cref="TryTakeControl"/> has something.</summary>
    internal abstract bool HasControl { get; }

    /// <summary>When the epoch began, as far as this side knows.</summary>
    private protected long Since { get; private set; } = now;

    private protected SessionEpochs Epochs => epochs;

    private protected RekeySettings Settings => settings;

    private long LateAt => Since + (2 * settings.Rotation);

    /// <summary>Looks how old the epoch is; false if it is too old for anything.</summary>
    internal bool OnAge(long now)
    {
        if (now < LateAt) return true;
        _isLate = true;
        NeedsHandshake = true;
        return now < EndsAt;
    }

    /// <summary>Time has passed, or a limit is near.</summary>
    internal abstract void OnTime(long now);

    /// <summary>An authentic, well-formed frame of one of the four kinds. What does not fit the state changes nothing.</summary>
    internal abstract void OnMessage(FrameKind kind, ushort epoch, ReadOnlySpan<byte> body, long now);

    /// <summary>The first authentic frame of an epoch newer than <see cref="Epoch"/>.</summary>
    internal abstract void OnNewEpoch(ushort epoch, long now);

    /// <summary>Takes the result of <see cref="Work"/>, and owns it.</summary>
    internal abstract void Complete(IDisposable? result, long now);

    /// <summary>The next message to seal. It must be sealed before anything else is asked for.</summary>
    internal abstract bool TryTakeControl(long now, out FrameKind kind, out ReadOnlySpan<byte> body);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The peer was heard under the next epoch.</summary>
    private protected void Advance(long now)
    {
        Epoch++;
        Since = now;
        _isLate = false;
    }

    private protected void Install(RekeySecret secret)
    {
        using var combined = new SecretBytes(HybridSecret.Size);
        secret.Combine(Epochs.Chain, combined.Span);
        Epochs.Install((ushort)(Epoch + 1), combined.Span);
    }
}
