using Causeway.Libp2p.Discovery;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Libp2p.Kademlia.Rpc;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Kademlia;

/// <summary>
/// The Kademlia DHT of libp2p (specs, <c>kad-dht/README.md</c>): finds peers, who provides what, and values. A component of a host; see
/// <see cref="KademliaHostExtensions.UseKademlia"/>. Thread-safe.
/// </summary>
public sealed partial class KademliaDht : IHostComponent, IPeerRouting
{
    private readonly IHost _host;
    private readonly KademliaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RoutingTable _table;
    private readonly IRecordStore _records;
    private readonly IProviderStore _providers;
    private readonly RecordValidators _validators;
    private readonly AddressPolicy _policy;
    private readonly KademliaClient _client;
    private readonly KademliaServer _server;
    private readonly AddressWatch _addresses;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Creates a node of the DHT for a host; <see cref="StartAsync"/> begins.</summary>
    /// <param name="host">The host. It should outlive this.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <param name="loggers">Where to log. Default nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public KademliaDht(IHost host, KademliaOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new KademliaOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger<KademliaDht>();
        _records = _options.Records ?? new MemoryRecordStore();
        _providers = _options.Providers ?? new MemoryProviderStore();
        _validators = new RecordValidators(new Dictionary<string, IRecordValidator>(_options.Validators)
        {
            [PublicKeyRecordValidator.Namespace] = _options.Validators.GetValueOrDefault(PublicKeyRecordValidator.Namespace) ?? new PublicKeyRecordValidator(),
            [IpnsRecordValidator.Namespace] = _options.Validators.GetValueOrDefault(IpnsRecordValidator.Namespace) ?? new IpnsRecordValidator(),
        });
        _policy = new AddressPolicy(_options.PublicAddressesOnly, _options.MaxPeersPerIPGroup);
        _table = new RoutingTable(
            KademliaKey.Of(host.Id),
            new RoutingTableOptions(_options.BucketSize, _options.MaxPeersPerIPGroup, _options.MaxPeersPerIPGroupAndBucket, _options.UsefulnessGrace));
        _table.Added += OnAdded;
        _table.Removed += OnRemoved;
        _addresses = new AddressWatch(() => _policy.Tellable(host.Addresses, toThisMachine: true), Wake, _time);
        _client = new KademliaClient(host, _options, _time);
        _server = new KademliaServer(
            new KademliaResponder(host, _table, _records, _providers, _validators, _policy, _options, _time), _options, _time, _log);
    }

    /// <summary>The options in force.</summary>
    public KademliaOptions Options => _options;

    /// <summary>Whether this node serves others now.</summary>
    public bool IsServer => Volatile.Read(ref _served) is not null;

    /// <summary>How many DHT servers the routing table holds.</summary>
    public int PeerCount => _table.Count;

    /// <summary>The DHT servers in the routing table.</summary>
    public IReadOnlyList<PeerId> RoutingTablePeers => _table.Select(static entry => entry.Peer);

    /// <summary>The peers closest to a key that answered, the closest first, at most k. Their addresses are in the host's peer store.</summary>
    /// <param name="key">What is hashed into the keyspace: a multihash, a peer ID's bytes, a value's key.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<PeerId>> GetClosestPeersAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        CheckKey(key, KademliaLimits.MaxKeyLength);
        var lookup = await LookUpAsync(key, _options.BucketSize, FindNode(key), except: null, enough: null, cancellationToken);
        return lookup.Closest(_options.BucketSize);
    }

    /// <summary>Where a peer can be reached, without <c>/p2p</c>; empty where nobody knows. A connected peer is not searched for.</summary>
    /// <remarks>What is found is others' word; only a connection proves it.</remarks>
    public async ValueTask<IReadOnlyList<Multiaddress>> FindPeerAsync(PeerId peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (peer.Equals(_host.Id)) return _host.Addresses;

        // Of one that has dialed us and has not introduced itself yet, others may know more than we do.
        if (_host.Connections.IsConnected(peer) && _host.Peers.AddressesOf(peer) is { Count: > 0 } known) return known;
        var found = new List<Multiaddress>();
        var namings = 0;
        var ask = FindNode(peer.Bytes);

        // The peer itself is not asked: this may be called by a dial to it, which waits for the outcome.
        await LookUpAsync(
            peer.Bytes,
            _options.Resiliency,
            async (asked, token) =>
            {
                var closer = await ask(asked, token);
                if (closer.FirstOrDefault(named => named.Peer.Equals(peer)) is not { } named || _policy.Usable(named.Addresses) is not { Count: > 0 } usable) return closer;
                lock (found)
                {
                    found.AddRange(usable.Except(found));
                    namings++;
                }

                return closer;
            },
            peer,
            () => Volatile.Read(ref namings) >= MinNamings,
            cancellationToken);
        lock (found)
        {
            if (found.Count > 0) _host.Peers.AddAddresses(peer, found, AddressLifetime.Discovered);
            return found.Count > 0 ? [.. found] : _policy.Usable(_host.Peers.AddressesOf(peer));
        }
    }

    // One liar does not decide where a peer lives.
    private const int MinNamings = 2;

    private static void CheckKey(ReadOnlyMemory<byte> key, int maxLength)
    {
        if (key.IsEmpty || key.Length > maxLength)
            throw new Libp2pException(Libp2pError.InvalidArgument, $"A key has 1 to {maxLength} bytes; this one has {key.Length}.");
    }

    private Func<PeerId, CancellationToken, Task<IReadOnlyList<KademliaPeer>>> FindNode(ReadOnlyMemory<byte> key)
    {
        var request = new KademliaMessage(KademliaMessageType.FindNode, key);
        return async (peer, token) => (await _client.RequestAsync(peer, request, token)).CloserPeers;
    }
}
