using Causeway.Cryptography.Keys;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Blocks;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Discovery.Bootstrap;
using Causeway.Libp2p.HolePunching;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Storage.Sqlite;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.PortMapping;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Transports.WebSockets;
using Microsoft.Extensions.Logging;

namespace Causeway.Node;

/// <summary>The parts of a node's host.</summary>
internal sealed class NodeHost
{
    private NodeHost()
    {
    }

    /// <summary>The host.</summary>
    public IHost Host { get; private set; } = null!;

    /// <summary>Its DHT, once the host has started; null without one.</summary>
    public KademliaDht? Dht { get; private set; }

    /// <summary>Its exchange of blocks, once the host has started; null without one.</summary>
    public BitswapExchange? Bitswap { get; private set; }

    /// <summary>Its relay, once the host has started; null without one.</summary>
    public CircuitRelay? Relay { get; private set; }

    /// <summary>Puts the host together.</summary>
    public static NodeHost Build(NodeOptions options, KademliaDatabase? database, IBlockStore? blocks, PrivateKey identity, ILoggerFactory loggers, TimeProvider time)
    {
        var node = new NodeHost();
        var builder = new HostBuilder()
            .WithIdentity(identity)
            .UseTime(time)
            .UseLogging(loggers)
            .UseTcp()
            .UseWebSockets(new WebSocketTransportOptions { Certificate = options.Certificate, TrustedProxies = options.TrustedProxies })
            .Listen([.. options.Listen])
            .Configure(o => o with { AnnounceAddresses = options.Announce })
            .UseObservedAddresses(new ObservedAddressesOptions { AllowPrivate = options.IsClosed });

        // The peer of one command listens nowhere: nobody has to be asked whether others can dial it, and nobody would ask it.
        if (options.Listen.Count > 0) builder.UseAutoNat(new AutoNatOptions { AllowPrivate = options.IsClosed });
        if (options.PortMapping) builder.UsePortMapping();
        if (options.PrivateNetwork is { } key) builder.UsePrivateNetwork(key);
        if (options.Folder is { } folder) builder.UsePeerMemory(Path.Combine(folder, "peers.db"));

        // A node dials through relays, so that it reaches peers behind NATs, and waits on none: it is a relay itself.
        builder.UseRelayClient(o => o with { Reservations = 0 }).UseHolePunching(o => o with { AllowPrivateAddresses = options.IsClosed });
        if (options.Relay is { } limits) builder.Use((host, clock, log) => node.Relay = new CircuitRelay(host, limits, clock, log));
        if (options.Dht is { } mode)
        {
            builder.UseKademlia(
                o => o with
                {
                    Mode = mode,
                    ProtocolPrefix = options.DhtPrefix,
                    PublicAddressesOnly = !options.IsClosed,
                    BootstrapPeers = [.. options.Bootstrap],
                    Records = database?.Records,
                    Providers = database?.Providers,
                    RoutingTable = database?.RoutingTable,
                },
                created => node.Dht = created);
        }

        if (blocks is not null) builder.UseBitswap(blocks, BitswapOf(options), exchange => node.Bitswap = exchange, time: time, loggers: loggers);
        if (options.Bootstrap.Count > 0)
            builder.Use((host, clock, log) => new BootstrapService(host, new BootstrapOptions { Peers = [.. options.Bootstrap] }, log.CreateLogger<BootstrapService>(), clock));
        node.Host = builder.Build();
        return node;
    }

    private static BitswapOptions BitswapOf(NodeOptions options) => options.Denied.Count == 0 ? new() : new() { Filter = (_, cid) => !options.Denied.Contains(cid.Hash) };
}
