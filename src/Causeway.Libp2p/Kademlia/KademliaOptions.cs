using System.Collections.Immutable;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <summary>How a DHT node behaves. Defaults are those of the public network (kad-dht spec; go-libp2p-kad-dht, <c>amino/defaults.go</c>).</summary>
public sealed record KademliaOptions
{
    /// <summary>What precedes <c>/kad/1.0.0</c> in the protocol's ID. Default <c>/ipfs</c>, the public network; another one makes a network of its own.</summary>
    public string ProtocolPrefix { get; init; } = "/ipfs";

    /// <summary>Whether this node serves others. Default: while the host is publicly reachable.</summary>
    public KademliaMode Mode { get; init; } = KademliaMode.Auto;

    /// <summary>
    /// Whether only public addresses are told to others, stored and dialed, as in the public network. Default yes; a DHT on a closed or local
    /// network needs no. Loopback addresses are then told only to peers on this machine.
    /// </summary>
    public bool PublicAddressesOnly { get; init; } = true;

    /// <summary>Peers to start from, with <c>/p2p</c>. Default none: whoever is connected and serves the DHT is used anyway.</summary>
    public ImmutableArray<Multiaddress> BootstrapPeers { get; init; } = [];

    /// <summary>Peers in each bucket, and how many closest ones keep a record (k). Default 20, 1 to 64; all of a network must agree.</summary>
    public int BucketSize { get; init; } = 20;

    /// <summary>Requests of one look-up under way at once (α). Default 10, at least 1.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>How many of the closest peers must have answered before a path of a look-up ends (β). Default 3, 1 to k.</summary>
    public int Resiliency { get; init; } = 3;

    /// <summary>
    /// Disjoint paths of a look-up (d, S/Kademlia): with more, a liar spoils one path only, and requests are more. Default 1, as in go-libp2p; 1 to
    /// <see cref="Concurrency"/>.
    /// </summary>
    public int DisjointPaths { get; init; } = 1;

    /// <summary>Requests of one look-up in all. Default 256, at least k.</summary>
    public int MaxLookupRequests { get; init; } = 256;

    /// <summary>How long one request may take, the connection included. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a look-up may take; then it ends with what it has. Default 60 s.</summary>
    public TimeSpan LookupTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a peer's stream may be silent between two requests. Default 1 minute.</summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Inbound streams of one peer at once; more are reset. Default 32 (js-libp2p's).</summary>
    public int MaxInboundStreamsPerPeer { get; init; } = 32;

    /// <summary>Time between refreshes of the routing table. Default 10 minutes.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>With fewer peers than this in the routing table the bootstrap peers are asked again. Default 10.</summary>
    public int MinRoutingTablePeers { get; init; } = 10;

    /// <summary>A peer that has not answered for so long is asked at a refresh whether it still does, and makes room in a full bucket. Default 30 minutes.</summary>
    public TimeSpan UsefulnessGrace { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Peers of one public /16 (IPv4) or /32 (IPv6) in the routing table; 0 for any number. Default 3.</summary>
    public int MaxPeersPerIPGroup { get; init; } = 3;

    /// <summary>The same for one bucket. Default 2.</summary>
    public int MaxPeersPerIPGroupAndBucket { get; init; } = 2;

    /// <summary>Valid answers after which a search for a value ends. Default 16 (what IPNS resolvers ask for).</summary>
    public int Quorum { get; init; } = 16;

    /// <summary>How long values of other peers are kept and served. Default 48 h.</summary>
    public TimeSpan RecordValidity { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long provider records are kept and served. Default 48 h.</summary>
    public TimeSpan ProviderValidity { get; init; } = TimeSpan.FromHours(48);

    /// <summary>Time after which what this node provides and what it put is given to the closest peers again. Default 22 h.</summary>
    public TimeSpan RepublishInterval { get; init; } = TimeSpan.FromHours(22);

    /// <summary>Providers told in one answer. Default 100.</summary>
    public int MaxProvidersPerAnswer { get; init; } = 100;

    /// <summary>More namespaces of values, or others in place of <c>pk</c> and <c>ipns</c>, without slashes.</summary>
    public ImmutableDictionary<string, IRecordValidator> Validators { get; init; } = ImmutableDictionary<string, IRecordValidator>.Empty;

    /// <summary>Where values are kept; null for in memory.</summary>
    public IRecordStore? Records { get; init; }

    /// <summary>Where provider records are kept; null for in memory.</summary>
    public IProviderStore? Providers { get; init; }

    /// <summary>Where the routing table is remembered across restarts; null for nowhere.</summary>
    public IRoutingTableStore? RoutingTable { get; init; }

    /// <summary>The protocol's ID.</summary>
    public string ProtocolId => ProtocolPrefix + "/kad/1.0.0";

    internal void Validate()
    {
        Require(ProtocolPrefix.Length > 1 && ProtocolPrefix[0] == '/' && ProtocolPrefix[^1] != '/', "ProtocolPrefix must look like /name.");
        Require(BootstrapPeers.All(static address => address.PeerId is not null), "Every bootstrap peer must name its peer: …/p2p/<peer ID>.");
        Require(BucketSize is >= 1 and <= 64, "BucketSize must be between 1 and 64.");
        Require(Concurrency >= 1, "Concurrency must be at least 1.");
        Require(Resiliency >= 1 && Resiliency <= BucketSize, "Resiliency must be between 1 and BucketSize.");
        Require(DisjointPaths >= 1 && DisjointPaths <= Concurrency, "DisjointPaths must be between 1 and Concurrency.");
        Require(MaxLookupRequests >= BucketSize, "MaxLookupRequests must be at least BucketSize.");
        Require(MaxInboundStreamsPerPeer >= 1, "MaxInboundStreamsPerPeer must be at least 1.");
        Require(MinRoutingTablePeers >= 0, "MinRoutingTablePeers must not be negative.");
        Require(MaxPeersPerIPGroup >= 0 && MaxPeersPerIPGroupAndBucket >= 0, "The limits per IP group must not be negative.");
        Require(Quorum >= 1, "Quorum must be at least 1.");
        Require(MaxProvidersPerAnswer is >= 1 and <= KademliaLimits.MaxPeersPerList, "MaxProvidersPerAnswer must be between 1 and 128.");
        Positive(RequestTimeout, nameof(RequestTimeout));
        Positive(LookupTimeout, nameof(LookupTimeout));
        Positive(StreamIdleTimeout, nameof(StreamIdleTimeout));
        Positive(RefreshInterval, nameof(RefreshInterval));
        Positive(UsefulnessGrace, nameof(UsefulnessGrace));
        Positive(RecordValidity, nameof(RecordValidity));
        Positive(ProviderValidity, nameof(ProviderValidity));
        Positive(RepublishInterval, nameof(RepublishInterval));
    }

    private static void Positive(TimeSpan value, string name) => Require(value > TimeSpan.Zero, $"{name} must be above 0.");

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException($"{nameof(KademliaOptions)}: {message}");
    }
}
