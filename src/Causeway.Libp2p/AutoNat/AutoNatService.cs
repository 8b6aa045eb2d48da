using System.Net;
using System.Net.Sockets;
using Causeway.Libp2p.AutoNat.Client;
using Causeway.Libp2p.AutoNat.Server;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.AutoNat;

/// <summary>
/// AutoNAT (libp2p specs, <c>autonat/autonat-v1.md</c> and <c>autonat/autonat-v2.md</c>): finds out with the help of others whether, and at which
/// addresses, this host can be dialed, and helps others to find out. Version 2 is preferred. Added by <see cref="AutoNatHostExtensions.UseAutoNat"/>.
/// </summary>
public sealed class AutoNatService : IHostComponent
{
    private static readonly ProtocolOptions DialBackOptions = new() { MaxInboundStreamsPerPeer = 4 };

    private readonly IHost _host;
    private readonly AutoNatOptions _options;
    private readonly IReadOnlyList<ITransport> _transports;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Func<AddressFamily, bool> _hasFamily;
    private readonly List<IDisposable> _handlers = [];
    private AutoNatClient? _client;

    /// <summary>Creates the component.</summary>
    /// <param name="host">The host.</param>
    /// <param name="transports">What others are dialed back with: instances of their own, so that they do not dial from the ports of the host's listeners.</param>
    /// <param name="options">Switches and limits; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AutoNatService(
        IHost host, IReadOnlyList<ITransport> transports, AutoNatOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
        : this(host, transports, options ?? new AutoNatOptions(), time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance, HasFamily)
    {
    }

    internal AutoNatService(
        IHost host, IReadOnlyList<ITransport> transports, AutoNatOptions options, TimeProvider time, ILoggerFactory loggers, Func<AddressFamily, bool> hasFamily)
    {
        options.Validate();
        (_host, _transports, _options, _time, _hasFamily) = (host, transports, options, time, hasFamily);
        _log = loggers.CreateLogger("Causeway.Libp2p.AutoNat");
    }

    /// <summary>Raised after <see cref="Reachable"/> or <see cref="Unreachable"/> may have changed.</summary>
    public event Action? Judged;

    /// <summary>Our addresses that servers of version 2 have dialed.</summary>
    public IReadOnlyList<Multiaddress> Reachable => _client?.Reachable ?? [];

    /// <summary>Our addresses that servers of version 2 could not dial.</summary>
    public IReadOnlyList<Multiaddress> Unreachable => _client?.Unreachable ?? [];

    /// <summary>The key of the private network that others are dialed back in; null for none.</summary>
    internal PreSharedKey? Network { get; init; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_options.UseServer) Serve();
        if (!_options.UseClient) return Task.CompletedTask;
        _client = new AutoNatClient(_host, _options, _time, _log);
        _client.Judged += () => Judged?.Invoke();
        _handlers.Add(_host.Handle(AutoNatProtocol.DialBack, _client.DialBacks, DialBackOptions));
        _client.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var handler in _handlers) handler.Dispose();
        if (_client is not null) await _client.DisposeAsync();
    }

    private void Serve()
    {
        var limiter = new RequestLimiter(_options.Server, _time);
        var hosts = new DialBackHosts(_transports, _options, _time, _hasFamily, Network);
        var streams = new ProtocolOptions { MaxInboundStreamsPerPeer = _options.Server.MaxConcurrentPerPeer + 1 };
        _handlers.Add(_host.Handle(AutoNatProtocol.V1, new AutoNatV1Server(hosts, limiter, _time, _log).ServeAsync, streams));
        _handlers.Add(_host.Handle(AutoNatProtocol.DialRequest, new AutoNatV2Server(hosts, limiter, _options, _time, _log).ServeAsync, streams));
    }

    // Without a global IPv6 address nothing public is reached over IPv6; IPv4 goes through any NAT.
    private static bool HasFamily(AddressFamily family) => InterfaceAddresses.Get().Any(
        ip => ip.AddressFamily == family && !IPAddress.IsLoopback(ip) && (family == AddressFamily.InterNetwork || (!ip.IsIPv6UniqueLocal && !ip.IsIPv6SiteLocal)));
}
