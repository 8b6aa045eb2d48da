using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <summary>One libp2p peer: an identity, its listeners, its connections, and the protocols it serves. Thread-safe.</summary>
public interface IHost : IAsyncDisposable
{
    /// <summary>Our peer ID.</summary>
    PeerId Id { get; }

    /// <summary>Our identity. Signs peer records and messages.</summary>
    PrivateKey Identity { get; }

    /// <summary>Addresses at which others reach us: listeners with wildcards expanded, and announced ones. Without <c>/p2p</c>.</summary>
    IReadOnlyList<Multiaddress> Addresses { get; }

    /// <summary>The addresses bound, with their ports and with wildcards as they are; empty before the start.</summary>
    IReadOnlyList<Multiaddress> ListenAddresses => [];

    /// <summary>Whether others can dial us, as far as it is known.</summary>
    Reachability Reachability { get; }

    /// <summary>What we know about other peers.</summary>
    IPeerStore Peers { get; }

    /// <summary>Our connections, their limits and protection.</summary>
    IConnectionManager Connections { get; }

    /// <summary>Starts listening and serving. Call once.</summary>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns the best existing connection or dials the peer's known addresses (happy eyeballs). Simultaneous calls share one dial.</summary>
    /// <exception cref="Libp2pException">No address, back-off, unreachable, wrong peer, limit.</exception>
    ValueTask<IConnection> ConnectAsync(PeerId peer, CancellationToken cancellationToken = default);

    /// <summary>As above, with a say in which connections will do and how to dial.</summary>
    /// <exception cref="Libp2pException">As above.</exception>
    ValueTask<IConnection> ConnectAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken = default);

    /// <summary>As above, by address. With <c>/p2p</c> the identity is enforced, without it any is accepted.</summary>
    ValueTask<IConnection> ConnectAsync(Multiaddress address, CancellationToken cancellationToken = default);

    /// <summary>Connects if need be, and opens a stream that speaks the first of <paramref name="protocols"/> that the peer supports.</summary>
    ValueTask<Libp2pStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default);

    /// <summary>As above, with a say in which connections will do.</summary>
    /// <exception cref="Libp2pException">Also <see cref="Libp2pError.LimitedConnection"/>: only a limited connection could be had, and the options do not allow it.</exception>
    ValueTask<Libp2pStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, ConnectOptions options, CancellationToken cancellationToken = default);

    /// <summary>Serves a protocol until the result is disposed. Changes are pushed to connected peers by Identify Push.</summary>
    /// <exception cref="InvalidOperationException">The protocol is served already.</exception>
    IDisposable Handle(string protocol, StreamHandler handler, ProtocolOptions? options = null);

    /// <summary>The protocols served now.</summary>
    IReadOnlyCollection<string> Protocols { get; }

    /// <summary>Raised (serially, in order) when a connection opens or closes, an identify exchange ends, or our addresses or protocols change.</summary>
    event Action<HostEvent> Changed;

    /// <summary>Raised from a background component when a peer with addresses was found (mDNS, DHT, pub/sub). The peer store has it already.</summary>
    event Action<PeerId> Discovered;

    /// <summary>Adds addresses that something discovered, and raises <see cref="Discovered"/>.</summary>
    void AddDiscovered(PeerId peer, IEnumerable<Multiaddress> addresses);

    /// <summary>For components: replaces the addresses that <paramref name="source"/> (its name) contributes to <see cref="Addresses"/>; none takes them back.</summary>
    void SetAddresses(string source, IEnumerable<Multiaddress> addresses);

    /// <summary>For the component that finds out (AutoNAT): tells what it found.</summary>
    void SetReachability(Reachability reachability);

    /// <summary>For components: another component of this host; null where there is none, or none yet (they are made in the order in which they were added).</summary>
    T? Component<T>()
        where T : class => null;
}

/// <summary>How a protocol is served.</summary>
public sealed record ProtocolOptions
{
    /// <summary>Inbound streams of this protocol per peer at once; more are reset. Default 64.</summary>
    public int MaxInboundStreamsPerPeer { get; init; } = 64;

    /// <summary>Whether it may run over connections that a relay limits. Default no.</summary>
    public bool AllowLimited { get; init; }
}

/// <summary>What happened to a host.</summary>
public abstract record HostEvent
{
    /// <summary>A connection is up.</summary>
    public sealed record ConnectionOpened(IConnection Connection) : HostEvent;

    /// <summary>A connection has ended. <paramref name="Last"/>: it was the last one to this peer.</summary>
    public sealed record ConnectionClosed(IConnection Connection, bool Last) : HostEvent;

    /// <summary>Identify told us (first time or by push) what the peer speaks and where it lives; see the peer store.</summary>
    public sealed record PeerIdentified(PeerId Peer, IConnection Connection) : HostEvent;

    /// <summary>Our addresses changed.</summary>
    public sealed record AddressesChanged : HostEvent;

    /// <summary>It became known whether others can dial us.</summary>
    public sealed record ReachabilityChanged(Reachability Reachability) : HostEvent;

    /// <summary>The protocols that we serve changed.</summary>
    public sealed record ProtocolsChanged : HostEvent;
}
