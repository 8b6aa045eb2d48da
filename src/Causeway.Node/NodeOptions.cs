using System.Net;
using Causeway.Hosting.Tls;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Http;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Multiformats;
using Causeway.Network.Stun;

namespace Causeway.Node;

/// <summary>How a node is on the network. Immutable; validated when it starts.</summary>
public sealed record NodeOptions
{
    /// <summary>The TCP port that is listened on by default.</summary>
    public const int TcpPort = 9092;

    /// <summary>The port for WebSockets that is listened on by default.</summary>
    public const int WebSocketPort = 9091;

    /// <summary>Where to listen. Default TCP 9092 and WebSocket 9091, on all interfaces.</summary>
    public IReadOnlyList<Multiaddress> Listen { get; init; } = [.. DefaultListen.Select(Multiaddress.Parse)];

    /// <summary>Addresses to tell others besides those listened on, such as <c>/dns4/node.example/tcp/443/wss</c>. Default none.</summary>
    public IReadOnlyList<Multiaddress> Announce { get; init; } = [];

    /// <summary>Whether the router is asked to forward the node's TCP ports (PCP, NAT-PMP, UPnP). Default no: a node's network is its operator's to open.</summary>
    public bool PortMapping { get; init; }

    /// <summary>Peers to start from, each with <c>/p2p</c>. Default none.</summary>
    public IReadOnlyList<Multiaddress> Bootstrap { get; init; } = [];

    /// <summary>How it takes part in the DHT; null for not at all. Default a server, whatever is known of its reachability: it is there to be reached.</summary>
    public KademliaMode? Dht { get; init; } = KademliaMode.Server;

    /// <summary>What precedes <c>/kad/1.0.0</c> in the DHT's protocol ID. Default <c>/ipfs</c>, the public network's.</summary>
    public string DhtPrefix { get; init; } = "/ipfs";

    /// <summary>What it relays for others; null for nothing. Default as <see cref="CircuitRelayOptions"/>.</summary>
    public CircuitRelayOptions? Relay { get; init; } = new();

    /// <summary>Pub/sub topics whose messages the node passes on. Default none.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The key of a private network; null for none. Stays the caller's, who disposes it after the node.</summary>
    public PreSharedKey? PrivateNetwork { get; init; }

    /// <summary>The certificate of listeners on <c>/tls/ws</c>; null for none. Stays the caller's, who disposes it after the node.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>Reverse proxies whose <c>X-Forwarded-For</c> is believed. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Where STUN is served; null for nowhere. Default null.</summary>
    public StunServerOptions? Stun { get; init; }

    /// <summary>Bytes of blocks that are kept, and given to whoever asks by Bitswap; 0 for no blocks at all. At least 2 MiB otherwise. Default 10 GiB. In memory, without a folder, nothing is counted.</summary>
    public long Storage { get; init; } = 10L << 30;

    /// <summary>What is given away over HTTP, too. Default <see cref="GatewayMode.Local"/>; nothing without blocks.</summary>
    public GatewayMode Gateway { get; init; } = GatewayMode.Local;

    /// <summary>How. Default as <see cref="TrustlessGatewayOptions"/>.</summary>
    public TrustlessGatewayOptions GatewayOptions { get; init; } = new();

    /// <summary>Hashes of blocks that nobody is given, neither by Bitswap nor over HTTP. Default none.</summary>
    public IReadOnlySet<Multihash> Denied { get; init; } = new HashSet<Multihash>();

    /// <summary>The folder for databases: peers, blocks, and the DHT's records; null keeps all in memory. Default null.</summary>
    public string? Folder { get; init; }

    private static readonly string[] DefaultListen =
    [
        $"/ip4/0.0.0.0/tcp/{TcpPort}", $"/ip6/::/tcp/{TcpPort}", $"/ip4/0.0.0.0/tcp/{WebSocketPort}/ws", $"/ip6/::/tcp/{WebSocketPort}/ws",
    ];

    /// <summary>A peer for the time of one command: it dials, serves nobody and remembers nothing.</summary>
    public static NodeOptions Temporary(IReadOnlyList<Multiaddress> bootstrap) => new() { Listen = [], Bootstrap = bootstrap, Dht = KademliaMode.Client, Relay = null, Storage = 0 };

    /// <summary>
    /// Whether private addresses are told to others, and those of others used: for networks that are closed. Default null: with a private network's key, and
    /// where all that is listened on, or all that is started from, is a private address.
    /// </summary>
    public bool? PrivateAddresses { get; init; }

    /// <summary>What <see cref="PrivateAddresses"/> comes to.</summary>
    public bool IsClosed => PrivateAddresses ?? (PrivateNetwork is not null || AreAllPrivate(Bootstrap) || AreAllPrivate(Listen));

    private static bool AreAllPrivate(IReadOnlyList<Multiaddress> addresses) => addresses.Count > 0 && addresses.All(static a => a.IsLocal);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">One makes no sense.</exception>
    public void Validate()
    {
        if (Bootstrap.FirstOrDefault(static a => a.PeerId is null) is { } nobody) throw new ArgumentException($"The bootstrap address {nobody} does not name its peer; end it with /p2p/<peer ID>.");
        if (Storage is not 0 and < Block.MaxLength) throw new ArgumentException("The storage must have room for a block, 2 MiB, or be 0 for none.");
        GatewayOptions.Validate();
        if (Topics.Any(static t => t.Length == 0)) throw new ArgumentException("A topic must not be empty.");
    }
}
