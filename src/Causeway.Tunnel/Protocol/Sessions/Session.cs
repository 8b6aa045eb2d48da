using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Protocol.Sessions.Rekeying;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>
/// A confirmed session between two members (docs/protocol/tunnel.md §4): it seals and opens frames in place, and keeps itself alive with heartbeats and
/// fresh keys. It does no I/O. Whoever drives it looks at <see cref="HasControl"/>, <see cref="HasWork"/> and <see cref="NextDeadline"/> after each
/// <see cref="Open"/>, <see cref="OnTime"/>, <see cref="RunWork"/> and <see cref="Close"/>, sends what <see cref="TrySealControl"/> gives, runs
/// <see cref="RunWork"/> where it holds up nobody, and calls <see cref="OnTime"/> at the deadline.
/// </summary>
/// <remarks>
/// One thread may seal, others open, and a timer run, all at once. <see cref="Seal"/> and <see cref="Open"/> allocate nothing and never wait for a
/// signature, a key generation, or anybody's answer.
/// </remarks>
public sealed partial class Session : IDisposable
{
    /// <summary>The size of a buffer that every control frame fits in.</summary>
    public const int MaxControlSize = RekeyLayout.RekeySize + FrameLayout.Overhead;

    private readonly Lock _lock = new();
    private readonly SessionOptions _options;
    private readonly SessionEpochs _epochs;
    private readonly Heartbeats _heartbeats;
    private readonly RekeyMachine _rekey;
    private readonly SessionSecrets _secrets;
    private readonly long[] _outcomes = new long[(int)OpenStatus.Closed + 1];
    private volatile SessionState _state;
    private CloseReason _closing;
    private int _knownEpoch;
    private bool _hasControl;
    private bool _hasWork;
    private bool _needsHandshake;
    private bool _working;
    private bool _disposed;
    private long _sealedFrames;
    private long _sealedBytes;
    private long _openedBytes;
    private long _deadline;

    /// <summary>
    /// A session from what a handshake left. It takes <paramref name="secrets"/> over; the identity stays the caller's and must outlive it.
    /// </summary>
    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public Session(SessionSecrets secrets, SessionParameters parameters, HybridSigningKey identity, HybridPublicKey peer, SessionOptions? options = null)
    {
        if (!parameters.IsValid) throw new ArgumentException("A parameter of the session is out of its range.", nameof(parameters));
        _options = options ?? new SessionOptions();
        _secrets = secrets;
        Id = secrets.SessionId;
        Role = secrets.Role;
        Suite = secrets.Suite;
        Parameters = parameters;
        Peer = peer;
        var now = _options.Time.GetTimestamp();
        _epochs = new SessionEpochs(secrets, _options.Limits);
        secrets.EpochSecret.Dispose();
        secrets.Chain.Dispose();
        _heartbeats = new Heartbeats(_options.Time, Ticks(parameters.HeartbeatInterval), _options.SilentIntervals);
        var settings = new RekeySettings
        {
            Session = Id,
            Identity = identity,
            Peer = peer,
            Random = _options.Random,
            Rotation = Ticks(parameters.RotationInterval),
            Silence = Ticks(parameters.HeartbeatInterval) * _options.SilentIntervals,
            Grace = Ticks(_options.Grace),
            Repetition = Ticks(_options.RekeyRepetition),
            LastEpoch = _options.LastEpoch,
        };
        _rekey = Role == SessionRole.Initiator ? new RekeyInitiator(_epochs, settings, now) : new RekeyResponder(_epochs, settings, now);

        // The responder goes on under a session before this one until it hears the initiator (§3.5).
        if (Role == SessionRole.Initiator) _heartbeats.Beat();
        Update();
    }

    /// <summary>The session's name, the same at both ends.</summary>
    public SessionId Id { get; }

    /// <summary>This member's side of the handshake.</summary>
    public SessionRole Role { get; }

    /// <summary>The suite.</summary>
    public TunnelSuite Suite { get; }

    /// <summary>What both ends agreed on.</summary>
    public SessionParameters Parameters { get; }

    /// <summary>The peer's identity.</summary>
    public HybridPublicKey Peer { get; }

    /// <summary>Whether it carries frames.</summary>
    public SessionState State => _state;

    /// <summary>The reason of the CLOSE that was sent or received; none before, and none if the peer fell silent.</summary>
    public CloseReason CloseReason { get; private set; }

    /// <summary>The epoch in which both ends were heard last.</summary>
    public int Epoch => Volatile.Read(ref _knownEpoch);

    /// <summary>Whether <see cref="TrySealControl"/> has something to send.</summary>
    public bool HasControl => Volatile.Read(ref _hasControl);

    /// <summary>Whether <see cref="RunWork"/> has something to compute.</summary>
    public bool HasWork => Volatile.Read(ref _hasWork);

    /// <summary>Whether a new handshake should begin, because the last epoch is nearly used up or no rekey comes through. The session goes on meanwhile.</summary>
    public bool NeedsHandshake => Volatile.Read(ref _needsHandshake);

    /// <summary>When <see cref="OnTime"/> must be called next, as a timestamp of the clock; <see cref="long.MaxValue"/> after the end.</summary>
    public long NextDeadline => Volatile.Read(ref _deadline);

    /// <summary>How long the last answered heartbeat took there and back; null before the first.</summary>
    public TimeSpan? RoundTripTime
    {
        get
        {
            lock (_lock) return _heartbeats.RoundTripTime;
        }
    }

    /// <summary>How far the peer's clock was ahead of ours when its last HEARTBEAT came, the time on the way included; null before the first. A peer can say anything.</summary>
    public TimeSpan? ClockDifference
    {
        get
        {
            lock (_lock) return _heartbeats.ClockDifference;
        }
    }

    /// <summary>What it has carried so far.</summary>
    public SessionStatistics Statistics => new(
        Volatile.Read(ref _sealedFrames),
        Volatile.Read(ref _sealedBytes),
        Dropped(OpenStatus.Opened),
        Volatile.Read(ref _openedBytes),
        _outcomes.Select((_, i) => Dropped((OpenStatus)i)).Skip(1).Sum(),
        Epoch);

    /// <summary>How many payloads had this outcome.</summary>
    public long Dropped(OpenStatus status) => Volatile.Read(ref _outcomes[(int)status]);

    /// <summary>Sets the roster digest (§5.3) that goes out with heartbeats; 32 bytes, zero while joining.</summary>
    /// <exception cref="ArgumentException">There are not 32.</exception>
    public void SetRosterDigest(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != FrameBody.DigestSize) throw new ArgumentException($"A roster digest has {FrameBody.DigestSize} bytes.", nameof(digest));
        lock (_lock) digest.CopyTo(_heartbeats.RosterDigest);
    }

    /// <summary>Seals the next of the session's own frames into <paramref name="buffer"/>; false if there is none. Repeat until then.</summary>
    /// <param name="buffer">At least <see cref="MaxControlSize"/> bytes.</param>
    /// <param name="length">The payload's length.</param>
    /// <exception cref="ArgumentException">The buffer is too small.</exception>
    public bool TrySealControl(Span<byte> buffer, out int length)
    {
        if (buffer.Length < MaxControlSize) throw new ArgumentException($"The buffer needs {MaxControlSize} bytes.", nameof(buffer));
        lock (_lock)
        {
            length = 0;
            while (TryTakeControl(buffer[FrameLayout.BodyOffset..], out var kind, out var size))
            {
                var frame = buffer[..(size + FrameLayout.Overhead)];
                var isSealed = SealCounted(kind, frame, notify: false) == SealStatus.Sealed;
                if (kind == FrameKind.Close) End();
                if (!isSealed) continue;
                length = frame.Length;
                break;
            }

            Update();
            return length > 0;
        }
    }

    /// <summary>
    /// Computes what a rekey needs: up to a few milliseconds. At most one thread computes; another returns at once.
    /// </summary>
    public void RunWork()
    {
        while (true)
        {
            Func<IDisposable?> work;
            lock (_lock)
            {
                if (_working || _disposed || _rekey.Work is null) return;
                _working = true;
                work = _rekey.Work;
                _rekey.Work = null;
            }

            IDisposable? result = null;
            try
            {
                result = work();
            }
            finally
            {
                lock (_lock)
                {
                    _working = false;
                    if (_disposed)
                    {
                        result?.Dispose();
                        _rekey.Dispose();
                    }
                    else
                    {
                        _rekey.Complete(result, Now);
                        Update();
                    }
                }
            }
        }
    }

    /// <summary>Does what is due: heartbeats, repetitions, the beginning of a rekey, the end of an old epoch, or of a silent session.</summary>
    public void OnTime()
    {
        lock (_lock)
        {
            if (_state != SessionState.Open) return;
            var now = Now;
            _epochs.Retire(now);
            if (_heartbeats.IsDead(now) || !_rekey.OnAge(now))
            {
                _state = SessionState.Dead;
                End();
            }
            else
            {
                _heartbeats.OnTime(now);
                _rekey.OnTime(now);
            }

            Update();
        }
    }

    /// <summary>Sends a HEARTBEAT now, besides those that come by themselves: to measure the way, or to be heard.</summary>
    public void SendHeartbeat()
    {
        lock (_lock)
        {
            if (_state != SessionState.Open) return;
            _heartbeats.Beat();
            Update();
        }
    }

    /// <summary>Ends the session: <see cref="TrySealControl"/> gives one CLOSE, and nothing is sealed or opened any more.</summary>
    public void Close(CloseReason reason)
    {
        lock (_lock)
        {
            if (_state != SessionState.Open) return;
            _state = SessionState.Closed;
            CloseReason = _closing = reason;
            Update();
        }
    }

    /// <summary>Zeroes all keys. The peer is told nothing; see <see cref="Close"/>.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_state == SessionState.Open) _state = SessionState.Closed;
            End();
            Update();
        }
    }

    /// <summary>The keys, for tests.</summary>
    internal SessionEpochs Epochs => _epochs;

    private long Now => _options.Time.GetTimestamp();

    private bool TryTakeControl(Span<byte> body, out FrameKind kind, out int length)
    {
        length = 0;
        kind = FrameKind.Close;
        if (_closing != CloseReason.None)
        {
            body[0] = (byte)_closing;
            length = 1;
            return true;
        }

        if (_state != SessionState.Open) return false;
        if (_rekey.TryTakeControl(Now, out kind, out var message))
        {
            message.CopyTo(body);
            length = message.Length;
            return true;
        }

        length = FrameBody.HeartbeatSize;
        return _heartbeats.TryTake(Now, body, out kind);
    }

    private void End()
    {
        _disposed = true;
        _closing = CloseReason.None;
        _rekey.Work = null;

        // A computation that is under way still needs its keys, and disposes of them when it is done.
        if (!_working) _rekey.Dispose();
        _epochs.Dispose();
        _secrets.Dispose();
    }

    // What the outside may read without the lock.
    private void Update()
    {
        if (_rekey.WantsHeartbeat)
        {
            _rekey.WantsHeartbeat = false;
            _heartbeats.Beat();
        }

        var open = _state == SessionState.Open;
        if (_rekey.NeedsHandshake) Volatile.Write(ref _needsHandshake, true);
        Volatile.Write(ref _knownEpoch, _rekey.Epoch);
        Volatile.Write(ref _hasControl, _closing != CloseReason.None || (open && (_rekey.HasControl || _heartbeats.HasControl)));
        Volatile.Write(ref _hasWork, open && !_working && _rekey.Work is not null);
        Volatile.Write(
            ref _deadline,
            open ? Math.Min(Math.Min(_heartbeats.NextDeadline, _rekey.NextDeadline), Math.Min(_rekey.AgeDeadline, _epochs.NextExpiry)) : long.MaxValue);
    }

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * _options.Time.TimestampFrequency);
}
