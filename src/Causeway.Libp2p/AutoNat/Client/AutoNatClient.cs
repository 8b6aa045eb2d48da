using System.Net;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>Decides whom to ask about what and when, and tells the host what came of it. One loop; requests run beside it, a few at once.</summary>
internal sealed class AutoNatClient : IAsyncDisposable
{
    private const int MostAtOnce = 3;

    private readonly IHost _host;
    private readonly AutoNatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly AddressTracker _tracker;
    private readonly AutoNatServers _servers;
    private readonly ReachabilityConfidence _confidence;
    private readonly AutoNatV1Client _v1;
    private readonly AutoNatV2Client _v2;
    private readonly HashSet<Task> _running = [];
    private ObservedAddresses? _observed;
    private DateTimeOffset _nextV1;
    private int _addressChanges;
    private int _conclusions;
    private Task _loop = Task.CompletedTask;

    public AutoNatClient(IHost host, AutoNatOptions options, TimeProvider time, ILogger log)
    {
        (_host, _options, _time, _log) = (host, options, time, log);
        _tracker = new AddressTracker(options, time);
        _servers = new AutoNatServers(host, options, time);
        _confidence = new ReachabilityConfidence(options);
        _v1 = new AutoNatV1Client(host.Id, options, time);
        _v2 = new AutoNatV2Client(options, time, log);
    }

    /// <summary>Raised after a verdict has changed.</summary>
    public event Action? Judged;

    /// <summary>Serves dial-backs.</summary>
    public StreamHandler DialBacks => _v2.ReceiveAsync;

    public IReadOnlyList<Multiaddress> Reachable
    {
        get
        {
            lock (_lock) return [.. _tracker.Reachable];
        }
    }

    public IReadOnlyList<Multiaddress> Unreachable
    {
        get
        {
            lock (_lock) return [.. _tracker.Unreachable];
        }
    }

    public void Start()
    {
        _observed = _host.Component<ObservedAddresses>();
        if (_observed is not null) _observed.Changed += AddressesChanged;
        _host.Changed += OnChanged;
        AddressesChanged();
        _loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Changed -= OnChanged;
        if (_observed is not null) _observed.Changed -= AddressesChanged;
        await _stop.CancelAsync();
        await _loop;
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running);
        _stop.Dispose();
        _wake.Dispose();
    }

    private void OnChanged(HostEvent change)
    {
        if (change is HostEvent.AddressesChanged) AddressesChanged();
        else if (change is HostEvent.PeerIdentified) Wake();
    }

    private void AddressesChanged()
    {
        var addresses = AddressesToProbe();
        lock (_lock)
        {
            if (_tracker.Update(addresses))
            {
                _confidence.Doubt();
                _nextV1 = default;
                _addressChanges++;
            }
        }

        Conclude();
        Wake();
    }

    // What is announced comes first, what is only guessed last.
    private List<Multiaddress> AddressesToProbe() =>
        [.. _host.Addresses.Concat(_observed?.Candidates ?? []).Concat(_observed?.Guesses ?? []).Where(CanBeDialed).Distinct().Take(AutoNatProtocol.MaxAddresses)];

    private bool CanBeDialed(Multiaddress address) =>
        !address.IsRelayed && address.TryGetIPAddress(out _) && (address.IsPublic || (_options.AllowPrivate && !address.IsUnspecified));

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0 && !_stop.IsCancellationRequested) _wake.Release();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                TimeSpan pause;
                lock (_lock) pause = AskAll();
                using var due = new CancellationTokenSource(pause, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _stop.Token);
                await _wake.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception error)
        {
            _log.LoopFailed(error);
        }
    }

    private TimeSpan AskAll()
    {
        _servers.Sweep();
        AskV2();
        AskV1();
        var now = _time.GetUtcNow();
        var most = _options.RefreshInterval;
        TimeSpan[] waits = [most, _tracker.UntilDue() ?? most, _servers.UntilFree() ?? most, _nextV1 > now ? _nextV1 - now : most];
        var pause = waits.Min();

        // Never zero: a clock's rounding must not make the loop spin.
        return pause > TimeSpan.FromMilliseconds(1) ? pause : TimeSpan.FromMilliseconds(1);
    }

    private void AskV2()
    {
        var servers = _servers.Speaking(AutoNatProtocol.DialRequest);
        var networks = servers.Select(static server => server.Network).Distinct().Count();
        foreach (var (connection, network) in servers)
        {
            if (_running.Count >= MostAtOnce) return;
            if (!_servers.IsFree(connection.RemotePeer) || _tracker.Begin(network, networks) is not { Count: > 0 } addresses) continue;
            Run(connection, async token =>
            {
                var result = await AskAsync(connection, () => _v2.ProbeAsync(connection, addresses, token));
                AutoNatMetrics.Asked(addresses.Count, result);
                lock (_lock) _tracker.End(network, networks, addresses, result);
                return result;
            });
        }
    }

    // Version 1 is for those who have nobody to ask by version 2, or nothing to ask about.
    private void AskV1()
    {
        if (_running.Count > 0 || _tracker.Overall != Reachability.Unknown || _nextV1 > _time.GetUtcNow()) return;
        var servers = _servers.Speaking(AutoNatProtocol.V1);
        if (servers.FirstOrDefault(server => _servers.IsFree(server.Connection.RemotePeer)).Connection is not { } connection) return;
        var addresses = AddressesToProbe();
        var changes = _addressChanges;
        Run(connection, async token =>
        {
            var result = await AskAsync(connection, () => _v1.ProbeAsync(connection, addresses, token));
            lock (_lock)
            {
                // That addresses of before cannot be dialed says nothing of those that came meanwhile: they are asked about at once.
                if (changes != _addressChanges && result.Outcome == ProbeOutcome.Unreachable) return result;
                _confidence.Add(result.Outcome);
                if (result.Outcome is ProbeOutcome.Reachable or ProbeOutcome.Unreachable) _nextV1 = _time.GetUtcNow() + _confidence.Interval;
                AutoNatMetrics.ProbesNext(_nextV1);
            }

            // It would refuse again; another may not.
            return result.Outcome == ProbeOutcome.Refused ? new ProbeResult(ProbeOutcome.Rejected) : result;
        });
    }

    private void Run(IConnection connection, Func<CancellationToken, Task<ProbeResult>> ask)
    {
        _servers.Begin(connection.RemotePeer);
        var running = new TaskCompletionSource();
        _running.Add(running.Task);
        _ = Task.Run(async () =>
        {
            try
            {
                var result = await ask(_stop.Token);
                lock (_lock) _servers.End(connection.RemotePeer, failed: result.Outcome is ProbeOutcome.Failed or ProbeOutcome.Rejected);
                Conclude();
            }
            finally
            {
                lock (_lock) _running.Remove(running.Task);
                running.SetResult();
                Wake();
            }
        });
    }

    private async Task<ProbeResult> AskAsync(IConnection connection, Func<Task<ProbeResult>> ask)
    {
        try
        {
            var result = await ask();
            _log.Probed(connection.RemotePeer, result.Outcome.ToString(), result.Address);
            return result;
        }
        catch (Exception error)
        {
            _log.ProbeFailed(connection.RemotePeer, error.Message);
            return new ProbeResult(ProbeOutcome.Failed);
        }
    }

    // One at a time, and the last one with what is known by then: of two at once the older view could win.
    private void Conclude()
    {
        if (Interlocked.Increment(ref _conclusions) > 1) return;
        int wanted;
        do
        {
            wanted = Volatile.Read(ref _conclusions);
            Tell();
        }
        while (Interlocked.CompareExchange(ref _conclusions, 0, wanted) != wanted);
    }

    private void Tell()
    {
        Reachability reachability;
        int confidence;
        List<Multiaddress> reachable, unreachable;
        lock (_lock)
        {
            reachability = _tracker.Overall == Reachability.Unknown ? _confidence.Status : _tracker.Overall;
            confidence = _confidence.Confidence;
            (reachable, unreachable) = ([.. _tracker.Reachable], [.. _tracker.Unreachable]);
        }

        AutoNatMetrics.Reachability(reachability, confidence);
        if (_host.Reachability != reachability) _log.ReachabilityChanged(reachability);

        // Who hears that the host is public finds the address that makes it so among its addresses.
        _observed?.SetVerdicts(reachable, unreachable);
        _host.SetReachability(reachability);
        Judged?.Invoke();
    }
}
