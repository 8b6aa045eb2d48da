using System.Net;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Observations;

/// <summary>
/// Finds out at which addresses others see this host: collects what Identify reports, per local listener, and announces what enough observers agree on and
/// AutoNAT has not found unreachable. Added by <see cref="ObservedAddressesHostExtensions.UseObservedAddresses"/>.
/// </summary>
public sealed class ObservedAddresses : IHostComponent
{
    private const string Source = "observed";

    // Hole punching and probing look at the best few.
    private const int MostCandidates = 8;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly IHost _host;
    private readonly ObservedAddressesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Func<IReadOnlyList<IPAddress>> _interfaces;
    private readonly ObservationBook _book;
    private readonly Dictionary<IPAddress, HashSet<IPAddress>> _hosts = [];
    private readonly Lock _lock = new();
    private HashSet<Multiaddress> _reachable = [];
    private HashSet<Multiaddress> _unreachable = [];
    private State _state = new([], [], [], NatMapping.Unknown);
    private IReadOnlyList<IPAddress> _local = [];
    private ITimer? _sweeper;

    /// <summary>Creates the component.</summary>
    /// <param name="host">The host.</param>
    /// <param name="options">Thresholds and bounds; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ObservedAddresses(IHost host, ObservedAddressesOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
        : this(host, options ?? new ObservedAddressesOptions(), time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance, InterfaceAddresses.Get)
    {
    }

    internal ObservedAddresses(
        IHost host, ObservedAddressesOptions options, TimeProvider time, ILoggerFactory loggers, Func<IReadOnlyList<IPAddress>> interfaces)
    {
        options.Validate();
        _host = host;
        _options = options;
        _time = time;
        _log = loggers.CreateLogger("Causeway.Libp2p.ObservedAddresses");
        _interfaces = interfaces;
        _book = new ObservationBook(options, time);
    }

    /// <summary>Raised after <see cref="Candidates"/>, <see cref="Confirmed"/> or <see cref="Mapping"/> have changed.</summary>
    public event Action? Changed;

    /// <summary>
    /// Where anybody sees our listeners now, the most observed first, from the first observer on: for hole punching, which needs no certainty. At most 8,
    /// without <c>/p2p</c>.
    /// </summary>
    public IReadOnlyList<Multiaddress> Candidates => _state.Candidates;

    /// <summary>The addresses announced: enough observers agree, or AutoNAT was dialed back there; and it has not found them unreachable.</summary>
    public IReadOnlyList<Multiaddress> Confirmed => _state.Confirmed;

    /// <summary>How the NAT maps our listeners, as far as it is known.</summary>
    public NatMapping Mapping => _state.Mapping;

    /// <summary>The address at which others see this machine, with the ports of our listeners: what a port forwarded by hand would be. Nothing but guesses.</summary>
    internal IReadOnlyList<Multiaddress> Guesses => _state.Guesses;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _host.Changed += OnChanged;
        _sweeper = _time.CreateTimer(static self => ((ObservedAddresses)self!).Sweep(), this, SweepInterval, SweepInterval);
        foreach (var connection in _host.Connections.All) Observe(connection);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _host.Changed -= OnChanged;
        if (_sweeper is not null) await _sweeper.DisposeAsync();
    }

    /// <summary>For AutoNAT: which addresses were dialed back, and which could not be.</summary>
    internal void SetVerdicts(IEnumerable<Multiaddress> reachable, IEnumerable<Multiaddress> unreachable)
    {
        lock (_lock)
        {
            _reachable = [.. reachable];
            _unreachable = [.. unreachable];
        }

        Update();
    }

    private void OnChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.PeerIdentified identified:
                Observe(identified.Connection);
                break;
            case HostEvent.ConnectionClosed closed:
                lock (_lock) _book.End(closed.Connection.Id);
                break;
            case HostEvent.AddressesChanged:
                Recheck();
                break;
        }
    }

    private void Observe(IConnection connection)
    {
        if (!TryRead(connection, out var seen, out var remote)) return;
        lock (_lock)
        {
            if (seen.IsOutbound) Remember(remote, seen.Observed.Address);
            var changed = IsListener(seen.Local) && _book.Add(seen);
            if (!changed && _state.Guesses.Count > 0) return;
        }

        _log.Observed(connection.RemotePeer, seen.Observed, seen.Local);
        Update();
    }

    private bool TryRead(IConnection connection, out Observation seen, out IPAddress remote)
    {
        seen = null!;
        remote = IPAddress.None;
        if (connection.IsRelayed || connection.ObservedAddress is not { IsRelayed: false } observed || !connection.LocalAddress.TryGetTcpEndPoint(out var local) ||
            !observed.TryGetTcpEndPoint(out var claimed) || !connection.RemoteAddress.TryGetIPAddress(out var ip)) return false;

        // An observer inside a private network sees what is true there, and can claim nothing about the outside. Another family is a translator's (NAT64).
        if (!_options.AllowPrivate && !(observed.IsPublic && connection.RemoteAddress.IsPublic)) return false;
        if (claimed.Port == 0 || observed.IsUnspecified || claimed.AddressFamily != local.AddressFamily) return false;
        remote = ip;
        seen = new Observation(connection.Id, local, claimed, ObserverGroup.Of(ip), connection.Role == ConnectionRole.Initiator);
        return true;
    }

    // Mappings of a NAT belong to the port: what goes out from another one says nothing about the listener.
    private bool IsListener(IPEndPoint local) => ListenersOf(local).Any();

    private IEnumerable<Multiaddress> ListenersOf(IPEndPoint local) => _host.ListenAddresses.Where(
        address => address.TryGetTcpEndPoint(out var bound) && bound.Port == local.Port && bound.AddressFamily == local.AddressFamily
            && (address.IsUnspecified || bound.Address.Equals(local.Address)));

    private void Remember(IPAddress observer, IPAddress observed)
    {
        const int MostHosts = 64;
        if (_hosts.Count >= MostHosts && !_hosts.ContainsKey(observed)) _hosts.Clear();
        if (!_hosts.TryGetValue(observed, out var observers)) _hosts[observed] = observers = [];
        if (observers.Count < MostHosts) observers.Add(ObserverGroup.Of(observer));
    }

    private void Recheck()
    {
        if (_host.ListenAddresses.Count == 0) return;
        var interfaces = _interfaces();
        lock (_lock)
        {
            _book.Keep(interfaces.Contains);

            // Another network, another router: what the machine was seen as there is worth nothing here.
            if (!_local.All(interfaces.Contains)) _hosts.Clear();
            _local = interfaces;
        }

        Update();
    }

    private void Sweep()
    {
        var lasting = _host.Connections.All.Select(static connection => connection.Id).ToHashSet();
        lock (_lock)
        {
            // One that ended while its identification was being told.
            _book.EndAllBut(lasting);
            if (!_book.Sweep()) return;
        }

        Update();
    }

    private void Update()
    {
        State now;
        lock (_lock)
        {
            now = Judge();
            if (now.IsSameAs(_state)) return;
            if (now.Mapping != _state.Mapping) _log.MappingChanged(now.Mapping);
            if (!now.Confirmed.SequenceEqual(_state.Confirmed)) _log.ConfirmedChanged(string.Join(", ", now.Confirmed));
            _state = now;
            _host.SetAddresses(Source, now.Confirmed);
        }

        Changed?.Invoke();
    }

    private State Judge()
    {
        var candidates = new List<Multiaddress>();
        var confirmed = new List<Multiaddress>();
        var perLocal = new Dictionary<IPEndPoint, int>();
        foreach (var mapping in _book.Mappings())
        {
            var rank = perLocal[mapping.Local] = perLocal.GetValueOrDefault(mapping.Local) + 1;
            foreach (var address in ListenersOf(mapping.Local).Select(listener => At(listener, mapping.Observed)))
            {
                candidates.Add(address);
                if (_unreachable.Contains(address)) continue;
                if (_reachable.Contains(address) || (mapping.Observers >= _options.ActivationThreshold && rank <= _options.MaxPerListener)) confirmed.Add(address);
            }
        }

        List<Multiaddress> guesses = [.. GuessAddresses().Except(candidates).Take(MostCandidates)];
        confirmed.AddRange(guesses.Where(_reachable.Contains));
        return new State([.. candidates.Distinct().Take(MostCandidates)], [.. confirmed.Distinct()], guesses, _book.Mapping);
    }

    private IEnumerable<Multiaddress> GuessAddresses() =>
        from known in _hosts.OrderByDescending(static known => known.Value.Count)
        from listener in _host.ListenAddresses
        where listener.TryGetTcpEndPoint(out var bound) && bound.AddressFamily == known.Key.AddressFamily && (listener.IsUnspecified || !listener.IsLoopback)
        select listener.WithIPAddress(known.Key);

    // The listener's own transport behind what is seen of its port (/ws, say).
    private static Multiaddress At(Multiaddress listener, IPEndPoint observed)
    {
        var thin = Multiaddress.FromTcp(observed);
        var rest = listener.After("tcp");
        return rest.IsEmpty ? thin : thin.Encapsulate(rest);
    }

    private sealed record State(IReadOnlyList<Multiaddress> Candidates, IReadOnlyList<Multiaddress> Confirmed, IReadOnlyList<Multiaddress> Guesses, NatMapping Mapping)
    {
        public bool IsSameAs(State other) => Mapping == other.Mapping && Candidates.SequenceEqual(other.Candidates) && Confirmed.SequenceEqual(other.Confirmed)
            && Guesses.SequenceEqual(other.Guesses);
    }
}
