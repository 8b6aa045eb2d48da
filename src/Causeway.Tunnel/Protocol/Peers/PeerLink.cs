using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>
/// Everything about one peer. Changed under the endpoint's lock; what frames need is read without it, from <see cref="Receiving"/> and
/// <see cref="Sending"/>.
/// </summary>
internal sealed class PeerLink(TunnelPeerId id)
{
    /// <summary>How many sessions of one peer are received at once: the newest and those it has replaced.</summary>
    private const int MaxSessions = 4;

    private volatile SessionSlot[] _receiving = [];
    private volatile SessionSlot? _sending;
    private volatile SessionSlot? _awaited;
    private volatile SessionSlot? _published;
    private volatile bool _isGuest;
    private long _nextTrigger;

    public TunnelPeerId Id { get; } = id;

    /// <summary>Whether there shall be a session, so that attempts go on until there is one.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Whether an attempt is to begin although it is not wanted, or not due: once.</summary>
    public bool IsAttemptQueued { get; set; }

    public InvitationProof? Invitation { get; set; }

    /// <summary>The key that a peer outside the roster has proved: the inviter's, for a newcomer.</summary>
    public HybridPublicKey? ProvedKey { get; set; }

    public HandshakeInitiator? Initiator { get; set; }

    public HandshakeResponder? Responder { get; set; }

    public int FailedAttempts { get; set; }

    public HandshakeErrorCode LastHint { get; set; }

    /// <summary>When the next attempt begins, or <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextAttempt { get; set; } = TimeSpan.MaxValue;

    /// <summary>How many messages wait to be worked upon; the queue's.</summary>
    public int Waiting { get; set; }

    /// <summary>Sessions that frames are received under, the newest first.</summary>
    public SessionSlot[] Receiving => _receiving;

    /// <summary>The session that frames are to be sent under.</summary>
    public SessionSlot? Sending
    {
        get => _sending;
        set => _sending = value;
    }

    /// <summary>The same, as soon as everything that must be sent before, as ESTABLISHED, has been: what those who seal frames go by.</summary>
    public SessionSlot? Published => _published;

    /// <summary>The responder's newest session, while the initiator has not been heard under it and an older one is sent under.</summary>
    public SessionSlot? Awaited
    {
        get => _awaited;
        set => _awaited = value;
    }

    /// <summary>When the newest session came into being, by the clock that only goes forward.</summary>
    public TimeSpan EstablishedAt { get; set; }

    /// <summary>Whether the peer is not on the roster.</summary>
    public bool IsGuest
    {
        get => _isGuest;
        set => _isGuest = value;
    }

    public bool IsAnswering => Responder is { State: HandshakeState.ChallengeSent };

    public bool IsHandshaking => Initiator is not null || IsAnswering;

    /// <summary>Adds the newest session; returns the one that there is no place for, if any: the oldest, but never the one that is sent under.</summary>
    public SessionSlot? Add(SessionSlot slot)
    {
        _receiving = [slot, .. _receiving];
        return _receiving.Length <= MaxSessions ? null : _receiving.Last(s => s != _sending);
    }

    public void Remove(SessionSlot slot)
    {
        _receiving = [.. _receiving.Where(s => s != slot)];
        if (_sending == slot) _sending = null;
        if (_awaited == slot) _awaited = null;
        if (_published == slot) _published = null;
    }

    /// <summary>Lets frames be sent under a session, if it is still the one.</summary>
    public void Publish(SessionSlot slot)
    {
        if (_sending == slot) _published = slot;
    }

    /// <summary>Whether a frame of an unknown session makes an attempt begin; then the next ones do not, for a while. From any thread.</summary>
    public bool TryTrigger(TimeSpan now, TimeSpan interval)
    {
        var next = Volatile.Read(ref _nextTrigger);
        return now.Ticks >= next && Interlocked.CompareExchange(ref _nextTrigger, (now + interval).Ticks, next) == next;
    }

    /// <summary>From <paramref name="slot"/> on, older sessions are received for a while only.</summary>
    public void ReplaceOthers(SessionSlot slot, TimeSpan expires)
    {
        foreach (var other in _receiving)
        {
            if (other != slot && other.Expires > expires) other.Expires = expires;
        }
    }
}
