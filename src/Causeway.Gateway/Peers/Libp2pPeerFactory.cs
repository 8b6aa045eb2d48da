using System.Security.Cryptography;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Files;
using Causeway.Gateway.Topics;
using Causeway.Ipfs.Bitswap;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Discovery.Bootstrap;
using Causeway.Libp2p.Discovery.Mdns;
using Causeway.Libp2p.HolePunching;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.PortMapping;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Network.PortMappings;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>
/// Makes real peers: TCP, WebSocket and an in-memory network inside the process, Noise, Yamux, GossipSub; one mDNS service for all of them; and where there are
/// peers to start from, DHT, relays and hole punching.
/// </summary>
public sealed class Libp2pPeerFactory : IPeerFactory, IAsyncDisposable
{
    private readonly PeerNetworkOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly GatewayFiles? _files;
    private readonly MemoryNetwork _memory = new();
    private readonly ResourceManager _resources = new(Limits);
    private readonly Lazy<MdnsService?> _mdns;
    private readonly Lazy<PortMapper> _ports;

    /// <summary>Opens nothing yet; mDNS begins with the first peer.</summary>
    /// <param name="options">How peers are on the network.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="files">What peers exchange by Bitswap; null for nothing. Stays the caller's, who disposes it after the peers.</param>
    /// <exception cref="ArgumentException">An address among the options is not one of its kind.</exception>
    public Libp2pPeerFactory(PeerNetworkOptions options, ILoggerFactory loggers, GatewayFiles? files = null)
    {
        _files = files;
        options.Validate();
        _options = options;
        _loggers = loggers;
        _mdns = new Lazy<MdnsService?>(StartMdns);
        _ports = new Lazy<PortMapper>(() => new PortMapper(loggerFactory: loggers));
    }

    /// <inheritdoc/>
    public async ValueTask<PeerNode> CreateAsync(PrivateKey identity, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = new HostBuilder()
            .WithIdentity(identity)
            .UseLogging(loggers)
            .UseMemory(_memory)
            .UseTcp()
            .UseWebSockets()
            .UseResources(_resources)
            .Listen($"/memory/{RandomName()}")
            .Listen([.. _options.Listen])
            .Configure(o => o with { Dial = Dialing });
        if (_options.PrivateNetwork is { } key) builder.UsePrivateNetwork(key);
        BitswapExchange? exchange = null;
        if (_files is not null) builder.UseBitswap(_files.Blocks, created: created => exchange = created, loggers: loggers);
        KademliaDht? dht = null;
        if (_options.IsWide) AddWideArea(builder, created => dht = created);
        var host = builder.Build();
        var pubSub = new GossipSub(host, _options.GossipSub, loggers: loggers);
        var node = new Libp2pPeerNode(host, pubSub);
        try
        {
            await host.StartAsync(cancellationToken);
            node.Exchange = exchange;
            if (dht is not null) node.UseDht(dht, loggers.CreateLogger<DhtTopicDiscovery>());
            await pubSub.StartAsync(cancellationToken);
            node.Announced = _mdns.Value?.Register(host);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_mdns.IsValueCreated && _mdns.Value is { } mdns) await mdns.DisposeAsync();
        if (_ports.IsValueCreated) await _ports.Value.DisposeAsync();
    }

    // Everything that finds peers beyond the local network and gets through to them.
    private void AddWideArea(HostBuilder builder, Action<KademliaDht> created)
    {
        builder
            .UseObservedAddresses(new ObservedAddressesOptions { AllowPrivate = _options.IsClosed })
            .UseAutoNat(new AutoNatOptions { UseServer = false, AllowPrivate = _options.IsClosed })
            .UseRelayClient(o => o with { Relays = _options.Relays })
            .UseHolePunching(o => o with { AllowPrivateAddresses = _options.IsClosed });
        if (_options.PortMapping) builder.UsePortMapping(_ports.Value);
        if (_options.Bootstrap.Count == 0) return;
        builder
            .UseKademlia(
                o => o with { Mode = KademliaMode.Client, PublicAddressesOnly = !_options.IsClosed, BootstrapPeers = [.. _options.Bootstrap] }, created)
            .Use((host, time, loggers) => new BootstrapService(host, new BootstrapOptions { Peers = [.. _options.Bootstrap] }, loggers.CreateLogger<BootstrapService>(), time));
    }

    // Pages reload and tabs close all the time: a peer that was away a moment ago is worth a try much sooner than on a public network.
    private static readonly DialOptions Dialing = new() { BackoffBase = TimeSpan.FromMilliseconds(250), BackoffLimit = TimeSpan.FromSeconds(30) };

    // Names are told to others with the other addresses, and must mean nothing in their processes.
    private static ulong RandomName() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // Shared by all peers of the process, and a connection inside it counts at both ends: so each peer, and handshakes under way, have more room than in
    // a process with one host.
    private static readonly ResourceOptions Limits = new()
    {
        Transient = new ScopeLimits { Connections = 2048, InboundConnections = 1024, Memory = 128L * 1024 * 1024 },
        Peer = new ScopeLimits { Connections = 128, Streams = 8192, Memory = 128L * 1024 * 1024 },
    };

    private MdnsService? StartMdns()
    {
        if (!_options.Mdns) return null;
        try
        {
            return new MdnsService(new MdnsOptions { ServiceName = PeerNetworkOptions.ServiceName }, logger: _loggers.CreateLogger<MdnsService>());
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            // Pages of this gateway still find each other, and whoever is dialed.
            GatewayLog.DiscoveryFailed(_loggers.CreateLogger<Libp2pPeerFactory>(), "mDNS", e.Message);
            return null;
        }
    }
}
