using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Peers.Memory;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Libp2p.Transports.Tcp;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Hosts;

/// <summary>
/// Puts a libp2p host together. Without further ado it has a fresh Ed25519 identity, TCP, Noise and Yamux, and only dials:
/// <code>
/// await using var host = new HostBuilder().Listen("/ip4/0.0.0.0/tcp/0").Build();
/// await host.StartAsync();
/// </code>
/// </summary>
public sealed class HostBuilder
{
    private readonly List<Func<IHost, ITransport>> _transports = [];
    private readonly List<Func<IHost, ITransport>> _overlays = [];
    private readonly List<Func<IHost, IHostComponent>> _components = [];
    private HostOptions _options = new();
    private PrivateKey? _identity;
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private TimeProvider _time = TimeProvider.System;
    private ResourceManager? _resources;
    private INameResolver? _resolver;
    private YamuxOptions? _yamux;
    private PeerMemorySettings? _memory;
    private PreSharedKey? _network;

    /// <summary>The key of the host's private network; null for none.</summary>
    internal PreSharedKey? PrivateNetwork => _network;

    /// <summary>Uses this identity. It stays the caller's, who disposes it after the host.</summary>
    public HostBuilder WithIdentity(PrivateKey identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _identity = identity;
        return this;
    }

    /// <summary>Listens on more addresses, such as <c>/ip4/0.0.0.0/tcp/0</c>.</summary>
    /// <exception cref="FormatException">An address is not a multiaddr.</exception>
    public HostBuilder Listen(params string[] addresses) => Listen([.. addresses.Select(Multiaddress.Parse)]);

    /// <summary>Listens on more addresses.</summary>
    public HostBuilder Listen(params Multiaddress[] addresses) =>
        Configure(options => options with { ListenAddresses = [.. options.ListenAddresses, .. addresses] });

    /// <summary>Tells others of more addresses than those listened on.</summary>
    /// <exception cref="FormatException">An address is not a multiaddr.</exception>
    public HostBuilder Announce(params string[] addresses) =>
        Configure(options => options with { AnnounceAddresses = [.. options.AnnounceAddresses, .. addresses.Select(Multiaddress.Parse)] });

    /// <summary>Changes options: <c>builder.Configure(o =&gt; o with { … })</c>.</summary>
    public HostBuilder Configure(Func<HostOptions, HostOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _options = change(_options);
        return this;
    }

    /// <summary>Adds TCP. Done by itself when no transport is named.</summary>
    public HostBuilder UseTcp(TcpTransportOptions? options = null) => UseTransport(new TcpTransport(options, _time));

    /// <summary>Adds WebSockets, in the clear and over TLS. TCP is not there by itself then: add it too.</summary>
    public HostBuilder UseWebSockets(WebSocketTransportOptions? options = null) => UseTransport(_ => new WebSocketTransport(options, _time, _loggers));

    /// <summary>Adds the in-memory transport; null for the network that the whole process shares.</summary>
    public HostBuilder UseMemory(MemoryNetwork? network = null) => UseTransport(new MemoryTransport(network));

    /// <summary>Adds a transport. For an address that several can dial the first is used.</summary>
    public HostBuilder UseTransport(ITransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return UseTransport(_ => transport);
    }

    /// <summary>As above, for a transport that works through the host, such as a relay's. One that is an <see cref="IHostComponent"/> starts and stops with it.</summary>
    public HostBuilder UseTransport(Func<IHost, ITransport> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _transports.Add(create);
        return this;
    }

    /// <summary>Adds a transport that runs over the others, with the host's clock and log: it does not make TCP superfluous where no other is named.</summary>
    internal void UseOverlay(Func<IHost, TimeProvider, ILoggerFactory, ITransport> create) => _overlays.Add(host => create(host, _time, _loggers));

    /// <summary>Sets Yamux's limits and timing.</summary>
    public HostBuilder UseYamux(YamuxOptions options)
    {
        _yamux = options;
        return this;
    }

    /// <summary>Shares a resource manager, and so its limits, with other hosts. Default: one of its own.</summary>
    public HostBuilder UseResources(ResourceManager resources)
    {
        _resources = resources;
        return this;
    }

    /// <summary>Adds a component, which starts and stops with the host.</summary>
    public HostBuilder Use(Func<IHost, IHostComponent> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _components.Add(create);
        return this;
    }

    /// <summary>As above, for a component that uses the host's clock and log.</summary>
    public HostBuilder Use(Func<IHost, TimeProvider, ILoggerFactory, IHostComponent> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Use(host => create(host, _time, _loggers));
    }

    /// <summary>
    /// Keeps what is learnt about other peers in a database file, so that after a restart they are found by their IDs alone. One file for each host; it is
    /// opened when the host starts.
    /// </summary>
    /// <param name="path">The file; made where it is not there, and moved aside where it is damaged.</param>
    /// <param name="options">How much is kept.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public HostBuilder UsePeerMemory(string path, PeerMemoryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PeerMemoryOptions();
        options.Validate();
        _memory = new PeerMemorySettings(path, options);
        return this;
    }

    /// <summary>
    /// Resolves host names in addresses by other means. Default: the domain system, as the machine is set up for it; names without a dot and <c>….local</c> are the
    /// operating system's.
    /// </summary>
    public HostBuilder UseNameResolver(INameResolver resolver)
    {
        _resolver = resolver;
        return this;
    }

    /// <summary>
    /// Makes the host part of a private network: it connects with those that have the same key and with nobody else, by whatever transport. The key stays the caller's,
    /// who disposes it after the host.
    /// </summary>
    public HostBuilder UsePrivateNetwork(PreSharedKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _network = key;
        return this;
    }

    /// <summary>Logs there.</summary>
    public HostBuilder UseLogging(ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        _loggers = loggers;
        return this;
    }

    /// <summary>Uses another clock; name it before transports.</summary>
    public HostBuilder UseTime(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        return this;
    }

    /// <summary>Builds the host; it is started by <see cref="IHost.StartAsync"/>. Each call builds another one.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException"><c>LIBP2P_FORCE_PNET=1</c> is set, and the host is in no private network.</exception>
    public IHost Build()
    {
        _options.Validate();
        if (_network is null && RequiresPrivateNetwork(Environment.GetEnvironmentVariable("LIBP2P_FORCE_PNET")))
            throw new InvalidOperationException("LIBP2P_FORCE_PNET=1 forbids hosts outside of a private network: name its key, or unset the variable.");
        var identity = _identity ?? PrivateKey.Generate();
        return new Host(
            new HostServices(
                identity,
                OwnsIdentity: _identity is null,
                [.. _transports.Count > 0 ? _transports : [TcpOnly(_time)], .. _overlays],
                [new NoiseSecurity(identity)],
                [new YamuxProtocol(_yamux, _time, _loggers)],
                _resources ?? new ResourceManager(),
                _resolver ?? DnsNameResolver.Shared,
                [.. _components],
                _network,
                _memory,
                _loggers,
                _time),
            _options);
    }

    /// <summary>The safeguard of the libp2p specs (<c>pnet/Private-Networks-PSK-V1.md</c>), which keeps a process from the public network by mistake.</summary>
    internal static bool RequiresPrivateNetwork(string? setting) => setting == "1";

    private static Func<IHost, ITransport> TcpOnly(TimeProvider time)
    {
        var tcp = new TcpTransport(time: time);
        return _ => tcp;
    }
}
