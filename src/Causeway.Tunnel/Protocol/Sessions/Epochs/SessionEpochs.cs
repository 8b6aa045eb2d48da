using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Epochs;

/// <summary>
/// The keys of a session: one sealer, and openers for at most two epochs, the current one and a neighbour (docs/protocol/tunnel.md §4.2). Sealing and
/// opening take a lock of their own each, so that they wait neither for one another nor for a rekey. Changes of epoch (<see cref="Install"/>,
/// <see cref="Switch"/>, <see cref="Expire"/>, <see cref="Retire"/>) are the session's, one at a time.
/// </summary>
internal sealed class SessionEpochs : IDisposable
{
    private readonly Lock _sealing = new();
    private readonly FrameOpener?[] _openers = new FrameOpener?[2];
    private readonly SessionRole _role;
    private readonly TunnelSuite _suite;
    private readonly SessionId _session;
    private readonly EpochLimits _limits;
    private FrameSealer? _sealer;
    private FrameSealer? _next;
    private SecretBytes _chain;

    /// <summary>Takes epoch 0 and the chain from a handshake; the originals stay the caller's to zero.</summary>
    internal SessionEpochs(SessionSecrets secrets, EpochLimits limits)
    {
        _role = secrets.Role;
        _suite = secrets.Suite;
        _session = secrets.SessionId;
        _limits = limits;
        _chain = new SecretBytes(secrets.Chain.Span);
        _sealer = CreateSealer(0, secrets.EpochSecret.Span);
        _openers[0] = CreateOpener(0, secrets.EpochSecret.Span);
    }

    /// <summary>The chain that the next rekey builds upon, 64 bytes.</summary>
    internal ReadOnlySpan<byte> Chain => _chain.Span;

    /// <summary>The number of epochs that can be opened.</summary>
    internal int Alive => (_openers[0] is null ? 0 : 1) + (_openers[1] is null ? 0 : 1);

    /// <summary>When the first epoch expires that does; else <see cref="long.MaxValue"/>.</summary>
    internal long NextExpiry => Math.Min(_openers[0]?.Expires ?? long.MaxValue, _openers[1]?.Expires ?? long.MaxValue);

    /// <summary>The epoch that this side seals under; -1 after the end.</summary>
    internal int SendingEpoch
    {
        get
        {
            lock (_sealing) return _sealer?.Epoch ?? -1;
        }
    }

    /// <summary>Whether the limits of what this side seals, or of the newest epoch it opens, are near.</summary>
    internal bool IsNearLimit
    {
        get
        {
            ushort epoch;
            lock (_sealing)
            {
                if (_sealer is null) return false;
                if (_sealer.IsNearLimit) return true;
                epoch = _sealer.Epoch;
            }

            return _openers[epoch & 1] is { } opener && opener.Epoch == epoch && opener.IsNearLimit;
        }
    }

    /// <summary>Seals in place. <paramref name="reachedLimit"/> is true for the one frame that brings the epoch's limits near.</summary>
    internal SealStatus Seal(FrameKind kind, Span<byte> frame, out bool reachedLimit)
    {
        lock (_sealing)
        {
            reachedLimit = false;
            if (_sealer is null) return SealStatus.Closed;
            var wasNear = _sealer.IsNearLimit;
            if (!_sealer.TrySeal(kind, frame)) return SealStatus.Exhausted;
            reachedLimit = !wasNear && _sealer.IsNearLimit;
            return SealStatus.Sealed;
        }
    }

    /// <summary>Opens in place. What costs nothing is checked first: form, session, epoch, counter.</summary>
    internal OpenStatus Open(Span<byte> frame, long now, out ushort epoch, out bool reachedLimit)
    {
        epoch = 0;
        reachedLimit = false;
        if (!FrameHeader.TryRead(frame, out var header)) return OpenStatus.Malformed;
        if (header.SessionTag != _session.Tag) return OpenStatus.OtherSession;
        var opener = Volatile.Read(ref _openers[header.Epoch & 1]);
        if (opener is null || opener.Epoch != header.Epoch || opener.Expires <= now) return OpenStatus.UnknownEpoch;
        epoch = header.Epoch;
        return opener.Open(header.Counter, frame, out reachedLimit);
    }

    /// <summary>
    /// Derives the next epoch and chain from the secret of a rekey: what the peer sends under it can be opened at once, what this side sends stays in
    /// the old epoch until <see cref="Switch"/>. The old chain is zeroed, and an epoch before the old one as well: never more than two live.
    /// </summary>
    internal void Install(ushort epoch, ReadOnlySpan<byte> secret)
    {
        using var epochSecret = new SecretBytes(SessionSecrets.EpochSecretSize);
        HkdfSha512.Expand(secret, "causeway tunnel 1 epoch"u8, epochSecret.Span);
        var chain = new SecretBytes(SessionSecrets.ChainSize);
        HkdfSha512.Expand(secret, "causeway tunnel 1 chain"u8, chain.Span);
        _chain.Dispose();
        _chain = chain;

        var sealer = CreateSealer(epoch, epochSecret.Span);
        Replace(epoch & 1, CreateOpener(epoch, epochSecret.Span));
        lock (_sealing)
        {
            _next?.Dispose();
            _next = sealer;
        }
    }

    /// <summary>From now on this side seals under the installed epoch; the key it sealed with before is zeroed.</summary>
    internal void Switch()
    {
        lock (_sealing)
        {
            if (_next is null) return;
            _sealer?.Dispose();
            _sealer = _next;
            _next = null;
        }
    }

    /// <summary>From that timestamp on nothing of an epoch is opened any more; <see cref="Retire"/> zeroes its key.</summary>
    internal void Expire(ushort epoch, long at)
    {
        if (_openers[epoch & 1] is { } opener && opener.Epoch == epoch) opener.Expires = at;
    }

    /// <summary>Zeroes the keys of expired epochs.</summary>
    internal void Retire(long now)
    {
        for (var i = 0; i < _openers.Length; i++)
        {
            if (_openers[i] is { } opener && opener.Expires <= now) Replace(i, null);
        }
    }

    /// <summary>Zeroes everything; from then on nothing is sealed or opened.</summary>
    public void Dispose()
    {
        lock (_sealing)
        {
            _sealer?.Dispose();
            _next?.Dispose();
            _sealer = _next = null;
        }

        Replace(0, null);
        Replace(1, null);
        _chain.Dispose();
    }

    private void Replace(int slot, FrameOpener? opener) => Interlocked.Exchange(ref _openers[slot], opener)?.Dispose();

    private FrameSealer CreateSealer(ushort epoch, ReadOnlySpan<byte> secret) =>
        new(TrafficKey.Derive(_suite, _session, epoch, _role, secret), _session, epoch, _limits);

    private FrameOpener CreateOpener(ushort epoch, ReadOnlySpan<byte> secret) =>
        new(TrafficKey.Derive(_suite, _session, epoch, _role == SessionRole.Initiator ? SessionRole.Responder : SessionRole.Initiator, secret), epoch, _limits);
}
