using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.Frames;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Membership;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Switching;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon;

/// <summary>
/// A member of a network, running: the device, the switch, the sessions with all other members, the relays that carry them, the roster. Frames go
/// device → switch → session → relay on one thread, and relay → session → switch → device on the threads that receive.
/// </summary>
public sealed partial class TunnelDaemon : ITunnelControl, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TunnelDaemonOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TunnelPeerId _self;
    private readonly RosterFile _file;
    private readonly InvitationBook _book;
    private readonly ISegmentDevice _device;
    private readonly Warnings _warnings;
    private readonly TrafficCounters _traffic = new();
    private readonly PingTable _pings = new();
    private readonly ChangeSignal _changes = new();
    private readonly LearningSwitch<Member> _switch;
    private readonly RelaySet _relays;
    private readonly MemberTable _members;
    private readonly RosterKeeper _keeper;
    private readonly EndpointThread _thread;
    private readonly TunnelEndpoint _endpoint;
    private readonly FrameOutput _output;
    private readonly NetworkWatch _watch;
    private readonly DaemonMetrics _metrics;
    private readonly DateTimeOffset _since;
    private Exception? _failure;
    private Task? _stopping;
    private TunnelState _state;
    private bool _wasConnected;

    private TunnelDaemon(TunnelDaemonOptions options, HybridSigningKey key, Opened opened, ISegmentDevice device, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _time, _device, _file, _book) = (options, time, device, opened.File, opened.Book);
        _logger = loggers.CreateLogger<TunnelDaemon>();
        _since = time.GetUtcNow();
        _warnings = new Warnings(_logger, _changes.Raise);
        var signer = new HybridRosterSignatures(key);
        var context = new HandshakeContext(key, time)
        {
            Capabilities = device.HasOffload ? TunnelCapabilities.SegmentationOffload : TunnelCapabilities.None,
            Parameters = options.ToParameters(),
        };
        _self = context.Self;
        var log = opened.Log;
        var roster = new RosterMembers(log.Current);
        var routes = new RouteTable(time);
        var guard = new LoopGuard(device);
        var events = new RelayEvents(routes, context, _warnings, () => _keeper!.OnRelayConnected(), Refresh);
        var relayLogger = loggers.CreateLogger<RelayLink>();
        _relays = new RelaySet(url => new RelayLink(url, key, events, guard, options.Relays, relayLogger, time), routes, guard);
        _switch = new LearningSwitch<Member>(device.MacAddress, new SwitchOptions(), time);
        _members = new MemberTable(_switch, routes);
        _thread = new EndpointThread(Fail);
        var author = new RosterAuthor(log, signer, time);
        _keeper = new RosterKeeper(new RosterKeeperParts
        {
            Self = _self,
            Log = log,
            Members = roster,
            Author = author,
            Host = new InvitationHost(_book, log, author),
            Newcomer = options.Invitation is { } token ? new Newcomer(token, _self, options.NameWish, time) : null,
            Table = _members,
            Relays = _relays,
            Addresses = new DeviceAddresses(device, guard, _warnings),
            Warnings = _warnings,
            Time = time,
            Logger = _logger,
            OnChanged = Refresh,
            OnFailure = Fail,
        });
        var input = new FrameInput(device, _switch, _members, _traffic, Fail);
        var sink = new EndpointSink(_relays, routes, _members, input, _keeper, _pings, _thread, _changes.Raise, _logger);
        _endpoint = new TunnelEndpoint(context, new EffectiveMembers(roster, _self), sink, new TunnelEndpointOptions { Invitations = _book });
        sink.Endpoint = _endpoint;
        events.Attach(_endpoint, _relays);
        _output = new FrameOutput(device, _switch, _endpoint, _relays, guard, _traffic, Fail, OnLoop);
        _metrics = new DaemonMetrics(_endpoint, _traffic, _switch, _members, _relays);
        _watch = new NetworkWatch(OnNetworkChanged, time, _logger);
    }

    /// <summary>Raised when <see cref="State"/> has changed; handlers must not wait.</summary>
    public event Action<TunnelState>? StateChanged;

    /// <summary>Where the tunnel stands.</summary>
    public TunnelState State
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    /// <summary>Completed when the tunnel has ended and the device is gone. It fails if it did not end because it was stopped: the device was deleted, or the invitation refused.</summary>
    public Task Completion => _ended.Task;

    /// <summary>Makes the device and begins. It returns as soon as the device is there; whether relays and members are reached shows in <see cref="State"/>.</summary>
    /// <param name="options">How to run.</param>
    /// <param name="key">This machine's identity; stays the caller's to dispose of, afterwards.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="time">The clock; the system's if there is none.</param>
    /// <param name="deviceFactory">Makes the device; the system's if there is none.</param>
    /// <exception cref="TunnelException">This machine is not on the roster and has no invitation, or a file is damaged.</exception>
    /// <exception cref="SegmentDeviceException">The device cannot be had; the message says why and what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static TunnelDaemon Start(
        TunnelDaemonOptions options, HybridSigningKey key, ILoggerFactory loggers, TimeProvider? time = null, Func<SegmentDeviceOptions, ISegmentDevice>? deviceFactory = null)
    {
        options.Validate();
        time ??= TimeProvider.System;
        var self = TunnelPeerId.FromPublicKey(key.PublicKey);
        var (file, log) = RosterFile.Open(options.RosterPath);
        ISegmentDevice? device = null;
        TunnelDaemon daemon;
        try
        {
            var roster = log.Current;
            if (roster.Find(self) is null)
            {
                if (options.Invitation is not { } token) throw new TunnelException(log.Count == 0
                    ? "This machine has not joined the network yet, and has no invitation; run 'causeway tunnel join' with one."
                    : $"This machine is not a member of '{roster.NetworkName}' any more; to come back it needs a new invitation.");
                if (token.NetworkId != log.NetworkId) throw new TunnelException("The invitation is for another network than this folder's; join it in a folder of its own.");
                if (token.Inviter == self) throw new TunnelException("This machine made the invitation itself; run 'causeway tunnel join' on the machine that is to join.");
                token.RequireValid(time);
            }

            var book = new InvitationBook(options.InvitationsPath, time);
            device = (deviceFactory ?? SegmentDevice.Create)(new SegmentDeviceOptions
            {
                Name = options.DeviceName,
                MacAddress = SegmentAddresses.Mac(self),
                Mtu = options.Mtu,
                Offload = options.Offload,
                Addresses = DeviceAddresses.Of(roster, self),
            });
            daemon = new TunnelDaemon(options, key, new Opened(file, log, book), device, loggers, time);
        }
        catch
        {
            device?.Dispose();
            file.Dispose();
            throw;
        }

        daemon.Begin();
        return daemon;
    }

    /// <inheritdoc/>
    public Task StopAsync()
    {
        lock (_lock) _stopping ??= Task.Run(EndAsync);
        return _stopping;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void Begin()
    {
        DaemonLog.Started(_logger, NetworkName, _device.Name, _self);
        _thread.Start(_endpoint);
        _output.Start();
        try
        {
            _keeper.Start(_endpoint);
        }
        catch (Exception e)
        {
            // The rest of the end happens beside whoever started this.
            Fail(e);
            throw;
        }
    }

    private void Refresh()
    {
        _changes.Raise();
        TunnelState state;
        lock (_lock)
        {
            var isConnected = _relays.IsAnyConnected;
            _wasConnected |= isConnected;
            state = _stopping is not null ? TunnelState.Stopping
                : _keeper.IsRemoved ? TunnelState.Removed
                : !_keeper.IsMember ? TunnelState.Joining
                : isConnected ? TunnelState.Up
                : _wasConnected ? TunnelState.NoRelay : TunnelState.Starting;
            if (state == _state) return;
            _state = state;
        }

        DaemonLog.StateChanged(_logger, state);
        StateChanged?.Invoke(state);
    }

    private void OnLoop() =>
        _warnings.Set("loop", $"Frames on {_device.Name} are on their way to the relay that carries the tunnel; they are dropped. Give the relay a route outside of the tunnel.");

    /// <summary>Addresses, routes or interfaces of this machine have changed.</summary>
    internal void OnNetworkChanged()
    {
        _relays.Recheck();
        _relays.RetryNow();
        _keeper.OnNetworkChanged();
    }

    // Something failed that must not: the tunnel ends, and says why.
    private void Fail(Exception e)
    {
        lock (_lock)
        {
            if (_failure is not null || _stopping is not null) return;
            _failure = e;
        }

        DaemonLog.Failed(_logger, e.Message, DetailsOf(e));
        _ = StopAsync();
    }

    // What was said for the user says it all.
    private static Exception? DetailsOf(Exception e) => e is TunnelException or SegmentDeviceException ? null : e;

    private async Task EndAsync()
    {
        try
        {
            await PutAwayAsync();
            DaemonLog.Stopped(_logger);
        }
        catch (Exception e)
        {
            // Whoever waits for the end must not wait for ever.
            DaemonLog.Failed(_logger, e.Message, e);
            _failure ??= e;
        }

        if (_failure is null) _ended.TrySetResult();
        else _ended.TrySetException(_failure);
    }

    private async Task PutAwayAsync()
    {
        Refresh();
        var deadline = _time.GetTimestamp() + (long)(_options.ShutdownTimeout.TotalSeconds * _time.TimestampFrequency);
        TimeSpan Rest() => _time.GetElapsedTime(_time.GetTimestamp(), deadline) is { Ticks: > 0 } rest ? rest : TimeSpan.FromMilliseconds(1);
        _device.Stop();
        var isClean = _output.Join(Rest());
        isClean &= await WithinAsync(_watch.DisposeAsync().AsTask(), Rest());
        isClean &= await WithinAsync(_keeper.DisposeAsync().AsTask(), Rest());
        isClean &= _thread.Stop(Rest());

        // Says goodbye to all members, and zeroes the keys.
        _endpoint.Dispose();
        isClean &= await WithinAsync(_relays.DisposeAsync().AsTask(), Rest());
        _metrics.Dispose();
        _device.Dispose();
        _file.Dispose();
        if (isClean) _thread.Dispose();
        else DaemonLog.SlowShutdown(_logger);
    }

    private async Task<bool> WithinAsync(Task task, TimeSpan patience)
    {
        try
        {
            await task.WaitAsync(patience, _time);
            return true;
        }
        catch (Exception e)
        {
            if (e is not TimeoutException) DaemonLog.Failed(_logger, e.Message, DetailsOf(e));
            return false;
        }
    }

    private sealed record Opened(RosterFile File, RosterLog Log, InvitationBook Book);
}
