using System.Threading.Channels;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Rosters.Spreading;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>
/// Keeps the roster: spreads it, takes newcomers in, joins, and brings what it says into effect. Everything happens on one loop, one thing after the other;
/// whatever comes from elsewhere is queued, bounded.
/// </summary>
internal sealed partial class RosterKeeper : IRosterSyncSink, IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private const int ChecksEvery = 5;
    private const int Greeted = 32;

    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly MessageGate _gate = new();
    private readonly Dictionary<TunnelPeerId, byte[]> _earlyJoins = [];
    private readonly ConnectPlan _plan;
    private readonly PeerCheck _check;
    private readonly RosterLog _log;
    private readonly RosterMembers _members;
    private readonly RosterAuthor _author;
    private readonly AddressRepair _repair;
    private readonly InvitationHost _host;
    private readonly Newcomer? _newcomer;
    private readonly TunnelPeerId _self;
    private readonly MemberTable _table;
    private readonly RelaySet _relays;
    private readonly DeviceAddresses _addresses;
    private readonly Warnings _warnings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _onChanged;
    private readonly Action<Exception> _onFailure;
    private RosterSync _sync = null!;
    private TunnelEndpoint _endpoint = null!;
    private ITimer? _ticks;
    private ITimer? _connects;
    private Task _running = Task.CompletedTask;
    private Roster? _applied;
    private volatile byte[] _digest = [];
    private volatile bool _isMember;
    private volatile bool _wasMember;
    private bool _isDirty = true;
    private int _tick;

    public RosterKeeper(RosterKeeperParts parts)
    {
        (_log, _members, _author, _host) = (parts.Log, parts.Members, parts.Author, parts.Host);
        (_newcomer, _self) = (parts.Newcomer, parts.Self);
        (_table, _relays, _addresses, _warnings) = (parts.Table, parts.Relays, parts.Addresses, parts.Warnings);
        (_time, _logger, _onChanged, _onFailure) = (parts.Time, parts.Logger, parts.OnChanged, parts.OnFailure);
        _plan = new ConnectPlan(_self, _time);
        _check = new PeerCheck(_warnings);
        _repair = new AddressRepair(_author, _self, _time);
        _isMember = _wasMember = _log.Current.Find(_self) is not null;
    }

    /// <summary>Whether this machine is on the roster.</summary>
    public bool IsMember => _isMember;

    /// <summary>Whether it was, and is no more.</summary>
    public bool IsRemoved => _wasMember && !_isMember;

    /// <summary>Why joining takes long or has failed; null if nothing is known.</summary>
    public string? JoinProblem => _newcomer?.Problem;

    /// <summary>The roster in effect.</summary>
    public Roster Roster => _members.Current;

    /// <summary>What a member is told that was removed.</summary>
    public static string RemovedMessage(string network) => $"An administrator has removed this machine from the network '{network}'; to come back it needs a new invitation.";

    /// <summary>Begins, with the roster as it is.</summary>
    public void Start(TunnelEndpoint endpoint)
    {
        _endpoint = endpoint;
        _sync = new RosterSync(_log, this, _time);
        if (!_isMember && _newcomer is not null)
        {
            _relays.Update(_newcomer.Relays);
            _newcomer.Begin(endpoint);
        }

        Apply();
        _ticks = _time.CreateTimer(_ => Post(Tick), null, TickInterval, TickInterval);
        _running = Task.Run(RunAsync);
    }

    /// <summary>A roster message, JOIN or JOIN_REFUSED came. From any thread.</summary>
    public void OnMessage(TunnelPeerId source, FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (!_gate.TryEnter(source)) return;
        var copy = body.ToArray();
        Post(() =>
        {
            _gate.Leave(source);
            Handle(source, kind, copy);
        });
    }

    /// <summary>A heartbeat told what roster a peer has. From any thread.</summary>
    public void OnDigest(TunnelPeerId source, ReadOnlySpan<byte> digest)
    {
        if (digest.SequenceEqual(_digest) || !_gate.TryEnter(source)) return;
        var copy = digest.ToArray();
        Post(() =>
        {
            _gate.Leave(source);
            _sync.OnDigest(source, copy);
        });
    }

    public void OnSessionUp(TunnelPeerId peer, PeerSession session) => Post(() =>
    {
        var isInviter = _newcomer?.Inviter == peer;
        if (isInviter && !_isMember) Ask(newcomer => newcomer.OnSession(isUp: true));

        // A newcomer gets nothing before it has asked.
        if (!session.IsGuest || isInviter) _sync.Connected(peer);
        if (_earlyJoins.Remove(peer, out var join)) Handle(peer, FrameKind.Join, join);

        // Measures the way, and the clocks, without waiting for the first heartbeat.
        _endpoint.Ping(peer);
    });

    public void OnSessionDown(TunnelPeerId peer) => Post(() =>
    {
        _sync.Disconnected(peer);
        if (_newcomer?.Inviter == peer && !_isMember) Ask(newcomer => newcomer.OnSession(isUp: false));
    });

    /// <summary>Somebody said why a handshake will not work.</summary>
    public void OnHint(TunnelPeerId peer, HandshakeErrorCode hint)
    {
        if (_newcomer?.Inviter == peer && !_isMember) Post(() => Ask(newcomer => newcomer.OnHint(hint)));
    }

    /// <summary>Changes the roster, and returns when the change is in effect here.</summary>
    public Task ChangeAsync(Func<RosterAuthor, RosterEntry> change, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isQueued = Post(() =>
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                _sync.Announce([change(_author)]);
                Apply();
                done.TrySetResult();
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });
        if (!isQueued) throw new TunnelException("The tunnel is ending; start it again, and repeat the change.");
        return done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// A relay is connected (again). What was sent meanwhile is lost: the heartbeats of a few members, chosen by chance, bring the rosters together, and tell them
    /// that this machine is back.
    /// </summary>
    public void OnRelayConnected() => Post(() =>
    {
        var online = _table.All.Where(m => m.Session is not null).Select(m => m.Id).ToArray();
        Random.Shared.Shuffle(online);
        foreach (var peer in online.Take(Greeted)) _endpoint.Ping(peer);
    });

    /// <summary>The machine's own addresses have changed.</summary>
    public void OnNetworkChanged() => Post(_addresses.Retry);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ticks is not null) await _ticks.DisposeAsync();
        if (_connects is not null) await _connects.DisposeAsync();
        _queue.Writer.TryComplete();
        await _running;
        _newcomer?.Dispose();
    }

    void IRosterSyncSink.Send(TunnelPeerId peer, FrameKind kind, ReadOnlySpan<byte> body) => _endpoint.Send(peer, kind, body);

    void IRosterSyncSink.Changed(Roster roster) => _isDirty = true;

    void IRosterSyncSink.Misbehaved(TunnelPeerId peer, string what) => DaemonLog.Misbehaved(_logger, _table.Describe(peer), what);

    // False when the tunnel ends.
    private bool Post(Action action) => _queue.Writer.TryWrite(action);

    private async Task RunAsync()
    {
        await foreach (var action in _queue.Reader.ReadAllAsync())
        {
            try
            {
                action();
                Apply();
            }
            catch (Exception e) when (e is RosterException or InvitationException)
            {
                // A full disk, for one: the roster stays as it was, and what is missing is asked for again.
                DaemonLog.RosterFailed(_logger, e.Message, null);
                _warnings.Set("roster", $"A change of the roster could not be taken, and is asked for again: {e.Message}");
            }
            catch (Exception e)
            {
                _onFailure(e);
            }
        }
    }

    private void Handle(TunnelPeerId source, FrameKind kind, byte[] body)
    {
        switch (kind)
        {
            case FrameKind.Join:
                OnJoin(source, body);
                break;
            case FrameKind.JoinRefused:
                if (_newcomer?.Inviter == source && !_isMember) Ask(newcomer => newcomer.OnRefused(body));
                break;
            default:
                _sync.OnMessage(source, kind, body);
                break;
        }
    }

    private void OnJoin(TunnelPeerId source, byte[] body)
    {
        if (_table.FindSession(source) is not { } session)
        {
            // It was faster than the news of its session.
            if (_earlyJoins.Count < 16) _earlyJoins[source] = body;
            return;
        }

        var answer = _host.OnJoin(session.InvitationId, session.PeerKey, body);
        if (answer.Refused is { } refused)
        {
            DaemonLog.JoinRefused(_logger, _table.Describe(source));
            _endpoint.Send(source, FrameKind.JoinRefused, refused);
            return;
        }

        if (answer.Added is { } added)
        {
            DaemonLog.Joined(_logger, _table.Describe(source), _log.Current.Find(source)?.Name ?? string.Empty);
            _sync.Announce([added]);
            Apply();
        }

        _sync.Welcome(source);
    }

    private void Tick()
    {
        _sync.OnTime();
        if (!_isMember) Ask(newcomer => newcomer.OnTime());
        if (++_tick % ChecksEvery == 0) _check.Look(_endpoint.GetStatus(), Roster, _isMember);
        var repaired = _repair.OnTime();
        if (repaired.Count == 0) return;
        DaemonLog.Repaired(_logger, repaired.Count);
        _sync.Announce(repaired);
    }

    // Something about joining has changed, or may have.
    private void Ask(Action<Newcomer> change)
    {
        if (_newcomer is null) return;
        var before = _newcomer.Problem;
        change(_newcomer);
        if (_newcomer.Problem != before) _onChanged();

        // There is nothing more to wait for.
        if (_newcomer.Failure is { } why) _onFailure(new InvitationException(why));
    }
}
