using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Causeway.Network.Netlink;
using Causeway.Network.PortMappings.Gateways;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Network.PortMappings;

/// <summary>
/// Keeps ports of this machine reachable from beyond its router: asks the router of the default route by PCP (RFC 6887), NAT-PMP (RFC 6886) or UPnP, whichever
/// it speaks, renews what it grants at half its lifetime, makes it again when the router has restarted or is another one, and deletes it when it is
/// disposed. IPv4 only. Asks nothing while there is nothing to map. Safe for use by many at once.
/// </summary>
public sealed partial class PortMapper : IAsyncDisposable
{
    private readonly PortMapperOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IGatewayFinder? _finder;
    private readonly Func<Gateway, IReadOnlyList<IGatewayClient>> _createClients;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly List<MappedPort> _ports = [];
    private readonly List<(MappedPort Port, TaskCompletionSource Done)> _removed = [];
    private readonly Task _running;
    private bool _isDisposed;

    /// <summary>Makes a mapper; it asks nothing before the first <see cref="AddAsync"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PortMapper(PortMapperOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : this(options ?? new PortMapperOptions(), null, null, timeProvider ?? TimeProvider.System, loggerFactory ?? NullLoggerFactory.Instance)
    {
    }

    internal PortMapper(PortMapperOptions options, IGatewayFinder? finder, Func<Gateway, IReadOnlyList<IGatewayClient>>? createClients, TimeProvider time, ILoggerFactory loggerFactory)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = loggerFactory.CreateLogger<PortMapper>();
        _finder = finder ?? OpenFinder();
        _createClients = createClients ?? (gateway => GatewayClients.Create(gateway, options, time));
        _start = time.GetTimestamp();
        if (_finder is not null) _finder.Changed += OnNetworkChanged;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Something about <see cref="Mappings"/> has changed: an external address came, went or is another one. Called one at a time, on a thread of the pool.</summary>
    public event Action? Changed;

    /// <summary>How the mappings stand, in the order in which they were added.</summary>
    public IReadOnlyList<PortMapping> Mappings
    {
        get
        {
            lock (_lock) return [.. _ports.Select(p => p.Mapping)];
        }
    }

    /// <summary>Which protocols the router speaks; makes no mapping.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="NetlinkException">The system does not tell its routes.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    /// <returns>A report for each protocol of the options, best first; none if there is no router.</returns>
    public static async Task<IReadOnlyList<GatewayReport>> ProbeAsync(PortMapperOptions? options = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        options ??= new PortMapperOptions();
        options.Validate();
        var time = timeProvider ?? TimeProvider.System;
        using var finder = new NetlinkGatewayFinder(options.Router);
        if (finder.Find() is not { } gateway) return [];
        var clients = GatewayClients.Create(gateway, options, time);
        try
        {
            return await GatewayDiscovery.RunAsync(clients, time, cancellationToken);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    /// <summary>Has a port mapped from now on, until it is removed or the mapper disposed. A port that is there already stays as it is.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="internalPort">The port of this machine, 1 to 65535. The same external port is wished for; the router may grant another.</param>
    /// <param name="cancellationToken">Gives up waiting; the mapper goes on.</param>
    /// <returns>How it stands after the first attempt, which may take some ten seconds where no router answers; a failure is in <see cref="PortMapping.Problem"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another protocol, or no port.</exception>
    /// <exception cref="InvalidOperationException">More mappings than <see cref="PortMapperOptions.MaxMappings"/>.</exception>
    /// <exception cref="ObjectDisposedException">The mapper is disposed.</exception>
    public async Task<PortMapping> AddAsync(ProtocolType protocol, int internalPort, CancellationToken cancellationToken = default)
    {
        if (protocol is not (ProtocolType.Tcp or ProtocolType.Udp)) throw new ArgumentOutOfRangeException(nameof(protocol));
        if (internalPort is < 1 or > ushort.MaxValue) throw new ArgumentOutOfRangeException(nameof(internalPort));
        MappedPort? port;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            port = Find(protocol, internalPort);
            if (port is null)
            {
                if (_ports.Count >= _options.MaxMappings) throw new InvalidOperationException($"At most {_options.MaxMappings} ports are mapped at once.");
                _ports.Add(port = new MappedPort(protocol, internalPort, _options.Lifetime));
            }
        }

        Wake();
        return await port.First.WaitAsync(cancellationToken);
    }

    /// <summary>Has a port mapped no longer. One that is not there is no error.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="internalPort">The port of this machine.</param>
    /// <param name="cancellationToken">Gives up waiting; the mapping is deleted all the same, or expires.</param>
    public async Task RemoveAsync(ProtocolType protocol, int internalPort, CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isDisposed || Find(protocol, internalPort) is not { } port) return;
            _ports.Remove(port);
            _removed.Add((port, done));
        }

        Wake();
        await done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Deletes the mappings, for at most <see cref="PortMapperOptions.GoodbyeTimeout"/>, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        await _stop.CancelAsync();
        await _running;
        if (_finder is not null) _finder.Changed -= OnNetworkChanged;
        _finder?.Dispose();
        _stop.Dispose();
    }

    private NetlinkGatewayFinder? OpenFinder()
    {
        try
        {
            return new NetlinkGatewayFinder(_options.Router);
        }
        catch (Exception exception) when (exception is NetlinkException or PlatformNotSupportedException)
        {
            _logger.NoRoutes(exception.Message);
            return null;
        }
    }

    private MappedPort? Find(ProtocolType protocol, int internalPort) => _ports.Find(p => p.Mapping.Protocol == protocol && p.Mapping.InternalPort == internalPort);

    private void OnNetworkChanged()
    {
        Volatile.Write(ref _hasNetworkChanged, true);
        Wake();
    }

    private void Wake() => _wake.Writer.TryWrite(true);
}
