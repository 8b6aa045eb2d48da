using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>Carries the plan out: asks relays, tells the host of its relayed addresses, and hears what happens to connections. Thread-safe.</summary>
internal sealed class ReservationKeeper(
    IHost host, RelayClientOptions options, Func<bool> listens, TimeProvider time, Func<double> random, ILogger log) : IAsyncDisposable
{
    private const string AddressSource = "relay";
    private const string Protection = "relay";

    private readonly Lock _lock = new();
    private readonly ReservationPlan _plan = new(options, random);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _running = [];
    private ITimer? _timer;
    private DateTimeOffset _nextSearch = DateTimeOffset.MinValue;
    private bool _isSearching;
    private bool _stopped;

    /// <summary>Reservations held now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _plan.HeldCount;
        }
    }

    /// <summary>Whether circuits from this relay are expected.</summary>
    public bool Uses(PeerId relay)
    {
        lock (_lock) return _plan.Uses(relay);
    }

    /// <summary>Begins.</summary>
    /// <param name="named">The relays that are listened on by name.</param>
    public void Start(IEnumerable<Multiaddress> named)
    {
        lock (_lock)
        {
            foreach (var relay in named) Suggest(relay, RelayKind.Named);
            foreach (var relay in options.Relays) Suggest(relay, RelayKind.Configured);
            _timer = time.CreateTimer(static self => ((ReservationKeeper)self!).Turn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        host.Changed += OnHostChanged;
        foreach (var connection in host.Connections.All) Consider(connection);
        Turn();
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_stopped || _timer is null) return;
            _stopped = true;
            running = [.. _running];
        }

        host.Changed -= OnHostChanged;
        await _timer.DisposeAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(running);
        host.SetAddresses(AddressSource, []);
    }

    private int Wanted => !listens() ? 0 : host.Reachability switch
    {
        Reachability.Public => OwnsPublicAddress() ? 0 : Math.Min(options.ReservationsBehindRouter, options.Reservations),
        Reachability.Unknown when !options.ReserveWhenUnknown => 0,
        _ => options.Reservations,
    };

    private bool OwnsPublicAddress()
    {
        var interfaces = InterfaceAddresses.Get();
        return host.Addresses.Any(address => !address.IsRelayed && address.IsPublic && address.TryGetIPAddress(out var ip) && interfaces.Contains(ip));
    }

    private void Suggest(Multiaddress relay, RelayKind kind)
    {
        if (relay.PeerId is not { } peer || peer.Equals(host.Id)) return;
        var bare = relay.WithoutPeerId();
        if (!bare.IsEmpty) host.Peers.AddAddresses(peer, [bare], AddressLifetime.Permanent);
        _plan.Suggest(peer, kind);
    }

    private void OnHostChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.PeerIdentified identified:
                if (Consider(identified.Connection)) Turn();
                break;
            case HostEvent.ConnectionClosed { Connection: { IsRelayed: false } closed }:
                Disconnected(closed.RemotePeer);
                break;
            case HostEvent.ReachabilityChanged or HostEvent.AddressesChanged:
                Turn();
                break;
        }
    }

    private bool Consider(IConnection connection)
    {
        if (!options.UseConnectedPeers || connection.IsRelayed || !host.Peers.ProtocolsOf(connection.RemotePeer).Contains(CircuitRelay.ProtocolId)) return false;
        lock (_lock) _plan.Suggest(connection.RemotePeer, RelayKind.Connected);
        return true;
    }

    private void Disconnected(PeerId peer)
    {
        if (Direct(peer) is not null) return;
        lock (_lock)
        {
            if (_stopped || !_plan.Lost(peer, time.GetUtcNow())) return;
            Released(peer);
        }

        Turn();
    }

    private IConnection? Direct(PeerId peer) => host.Connections.To(peer).FirstOrDefault(static connection => !connection.IsRelayed);

    private void Turn()
    {
        lock (_lock)
        {
            if (_stopped) return;
            var now = time.GetUtcNow();
            _plan.Wanted = Wanted;
            foreach (var peer in _plan.Trim(now)) Released(peer);
            foreach (var peer in _plan.TakeDue(now, (peer, kind) => kind != RelayKind.Connected || Direct(peer) is not null)) Run(() => AskAsync(peer));
            if (options.Source is { } source && _plan.Missing is > 0 and var missing && !_isSearching && now >= _nextSearch)
            {
                _isSearching = true;
                Run(() => SearchAsync(source, missing));
            }

            host.SetAddresses(AddressSource, _plan.Addresses);
            Schedule();
        }
    }

    private void Schedule()
    {
        var due = _plan.NextDue();
        if (options.Source is not null && _plan.Missing > 0 && !_isSearching && (due is null || _nextSearch < due)) due = _nextSearch;
        if (due is null) return;

        // Those that are due but cannot be asked now (not connected) wait for an event; the timer must not spin meanwhile.
        var pause = due.Value - time.GetUtcNow();
        _timer!.Change(pause > TimeSpan.Zero ? pause : options.BackoffBase, Timeout.InfiniteTimeSpan);
    }

    private void Run(Func<Task> work)
    {
        var task = Task.Run(work);
        _running.Add(task);
        _ = task.ContinueWith(
            done =>
            {
                lock (_lock) _running.Remove(done);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void Released(PeerId peer)
    {
        log.RelayLost(peer);
        host.Connections.Unprotect(peer, Protection);
    }

    private async Task AskAsync(PeerId peer)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            var connection = Direct(peer) ?? await host.ConnectAsync(peer, new ConnectOptions { RequireDirect = true }, either.Token);
            var reservation = await Reservation.RequestAsync(connection, host.Id, either.Token);
            Granted(connection, reservation);
        }
        catch (Exception error)
        {
            if (_stop.IsCancellationRequested) return;
            Failed(peer, error);
        }

        Turn();
    }

    private void Granted(IConnection connection, Reservation reservation)
    {
        var peer = connection.RemotePeer;
        lock (_lock)
        {
            _plan.Granted(peer, reservation.Expires, reservation.Addresses, time.GetUtcNow());
            host.Connections.Protect(peer, Protection);
        }

        log.RelayFound(peer, reservation.Expires, reservation.Addresses.Count);

        // It may have gone before anybody knew that it was our relay.
        if (connection.Closed.IsCompleted) Disconnected(peer);
    }

    private void Failed(PeerId peer, Exception error)
    {
        var refusal = error switch
        {
            RefusedException refused => refused.Refusal,
            Libp2pException { Error: Libp2pError.ProtocolNotSupported } => Refusal.Denied,
            _ => Refusal.Unreachable,
        };
        if (error is Libp2pException { Error: Libp2pError.ProtocolViolation }) log.RelayMisbehaved(peer, error.Message);
        else log.RelayRefused(peer, error.Message);
        lock (_lock)
        {
            if (_plan.Failed(peer, refusal, time.GetUtcNow())) Released(peer);
        }
    }

    private async Task SearchAsync(IRelaySource source, int count)
    {
        IReadOnlyList<PeerId> found = [];
        try
        {
            found = await source.FindRelaysAsync(count, _stop.Token);
        }
        catch (Exception error)
        {
            if (!_stop.IsCancellationRequested) log.SourceFailed(error);
        }

        lock (_lock)
        {
            foreach (var peer in found.Where(peer => !peer.Equals(host.Id))) _plan.Suggest(peer, RelayKind.Found);
            _isSearching = false;
            _nextSearch = time.GetUtcNow() + options.SourceInterval;
        }

        Turn();
    }
}
