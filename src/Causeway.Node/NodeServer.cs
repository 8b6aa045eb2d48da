using Causeway.Cryptography.Keys;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Http;
using Causeway.Ipfs.Pins;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Storage.Sqlite;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;
using Causeway.Network.Stun;
using Causeway.Node.Control;
using Causeway.Node.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Node;

/// <summary>A running node.</summary>
public sealed class NodeServer : IAsyncDisposable
{
    // How often a drain looks whether the circuits have ended.
    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(250);

    private readonly NodeHost _parts;
    private readonly KademliaDatabase? _database;
    private readonly NodeBlocks? _blocks;
    private readonly IReadOnlyList<Multiaddress> _bootstrap;
    private readonly GossipSub _pubSub;
    private readonly TimeProvider _time;
    private readonly List<ISubscription> _topics = [];
    private readonly DateTimeOffset _startedAt;
    private StunServer? _stun;
    private volatile bool _isDraining;

    private NodeServer(NodeHost parts, KademliaDatabase? database, NodeBlocks? blocks, NodeOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_parts, _database, _blocks, _bootstrap, _time) = (parts, database, blocks, options.Bootstrap, time);
        _pubSub = new GossipSub(parts.Host, new GossipSubOptions(), time, loggers);
        _startedAt = time.GetUtcNow();
        Control = new NodeControl(this, time);
    }

    /// <summary>Its libp2p host.</summary>
    public IHost Host => _parts.Host;

    /// <summary>Its blocks, which others get by Bitswap; null without any.</summary>
    public IBlockStore? Blocks => _parts.Bitswap?.Store;

    /// <summary>What of its blocks is kept, and for whom; null without blocks, or with blocks in memory only.</summary>
    public IPinStore? Pins => _blocks?.Pins;

    /// <summary>What it gives away over HTTP, for whoever serves that; null for nothing.</summary>
    public TrustlessGateway? Gateway { get; private set; }

    /// <summary>What commands ask.</summary>
    public INodeControl Control { get; }

    /// <summary>Why the node does not do its work just now; null when it does.</summary>
    public string? NotReady => _isDraining ? "the node is ending" : null;

    /// <summary>Whether it is connected to a peer that it was told to start from.</summary>
    internal bool IsBootstrapped => _bootstrap.Any(address => address.PeerId is { } peer && Host.Connections.IsConnected(peer));

    /// <summary>Its DHT; null without one.</summary>
    internal KademliaDht? Dht => _parts.Dht;

    private AutoNatService? AutoNat => Host.Component<AutoNatService>();

    /// <summary>Starts a node.</summary>
    /// <param name="options">How.</param>
    /// <param name="identity">Who it is; stays the caller's.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="Libp2p.Libp2pException">An address cannot be listened on.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">STUN cannot be served there.</exception>
    /// <exception cref="Causeway.Storage.StorageException">The database of the DHT, or of the blocks, cannot be opened.</exception>
    public static async Task<NodeServer> StartAsync(NodeOptions options, PrivateKey identity, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        options.Validate();
        var database = options is { Folder: { } folder, Dht: not null }
            ? await KademliaDatabase.OpenAsync(Path.Combine(folder, "dht.db"), logger: loggers.CreateLogger<KademliaDatabase>(), cancellationToken: cancellationToken)
            : null;
        NodeBlocks? blocks = null;
        NodeServer? node = null;
        try
        {
            if (options.Storage > 0) blocks = await NodeBlocks.OpenAsync(options, loggers, time, cancellationToken);
            node = new NodeServer(NodeHost.Build(options, database, blocks?.Store, identity, loggers, time), database, blocks, options, loggers, time);
            await node.Host.StartAsync(cancellationToken);
            if (node._parts.Bitswap is { } exchange) node.Gateway = NodeBlocks.CreateGateway(options, exchange, time);
            await node._pubSub.StartAsync(cancellationToken);
            foreach (var topic in options.Topics) node._topics.Add(node._pubSub.Subscribe(topic, new SubscriptionOptions { DeliverOwn = false, QueueCapacity = 1 }));
            if (options.Stun is { } stun) node._stun = StunServer.Start(stun, time, loggers);
            return node;
        }
        catch
        {
            if (node is not null)
            {
                await node.DisposeAsync();
                throw;
            }

            if (blocks is not null) await blocks.DisposeAsync();
            if (database is not null) await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who it is and how it stands.</summary>
    public NodeReport Report() => new()
    {
        PeerId = Host.Id.ToString(),
        Agent = new IdentifyOptions().AgentVersion,
        Addresses = [.. Host.Addresses.Select(a => a.WithPeerId(Host.Id).ToString())],
        Protocols = [.. Host.Protocols.Order(StringComparer.Ordinal)],
        Reachability = Host.Reachability switch { Reachability.Public => "public", Reachability.Private => "private", _ => "unknown" },
        Reachable = [.. (AutoNat?.Reachable ?? []).Select(static a => a.ToString())],
        Unreachable = [.. (AutoNat?.Unreachable ?? []).Select(static a => a.ToString())],
        Connections = Host.Connections.All.Count,
        Dht = Dht is { } dht ? dht.IsServer ? "server" : "client" : null,
        RoutingTable = Dht?.PeerCount ?? 0,
        Reservations = _parts.Relay?.ReservationCount ?? 0,
        Circuits = _parts.Relay?.CircuitCount ?? 0,
        StartedAt = _startedAt,
    };

    /// <summary>Is not ready from now on, and waits until the circuits that it relays have ended, or the time is over.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        _isDraining = true;
        var until = _time.GetUtcNow() + patience;
        while (_parts.Relay is { CircuitCount: > 0 } && _time.GetUtcNow() < until) await Task.Delay(DrainStep, _time);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isDraining = true;
        foreach (var topic in _topics) await topic.DisposeAsync();
        if (_stun is not null) await _stun.DisposeAsync();
        await _pubSub.DisposeAsync();
        await Host.DisposeAsync();
        if (_blocks is not null) await _blocks.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }
}
