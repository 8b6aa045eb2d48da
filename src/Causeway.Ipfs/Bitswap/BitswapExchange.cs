using System.Collections.Concurrent;
using Causeway.Ipfs.Bitswap.Client;
using Causeway.Ipfs.Bitswap.Peers;
using Causeway.Ipfs.Bitswap.Routing;
using Causeway.Ipfs.Bitswap.Server;
using Causeway.Ipfs.Blocks;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Ipfs.Bitswap;

/// <summary>
/// Exchanges blocks with other peers (ipfs/specs, Bitswap 1.2.0): fetches what is not in the store, verified and from several peers at once, and gives others what is.
/// Made by <see cref="BitswapHostExtensions.UseBitswap"/>. Thread-safe.
/// </summary>
public sealed partial class BitswapExchange : IHostComponent, IBlockSource
{
    /// <summary>The protocol's ID. Versions 1.1.0 and 1.0.0 are not spoken: all that is deployed speaks 1.2.0.</summary>
    public const string ProtocolId = "/ipfs/bitswap/1.2.0";

    private static readonly string[] Protocols = [ProtocolId];

    private readonly Lock _clientLock = new();
    private readonly Lock _serverLock = new();
    private readonly ConcurrentDictionary<PeerId, PeerLink> _links = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IHost _host;
    private readonly IBlockStore _store;
    private readonly ClientCore _client;
    private readonly ServerCore _server;
    private readonly Offences _offences;
    private readonly SemaphoreSlim _serving;
    private readonly SemaphoreSlim _dialing;
    private readonly ConnectOptions _connecting;
    private readonly IContentRouting? _routing;
    private readonly long _started;
    private readonly ITimer _timer;
    private int _puts;
    private bool _isTicking;
    private IDisposable? _served;

    internal BitswapExchange(IHost host, IBlockStore store, BitswapOptions options, IContentRouting? routing, TimeProvider? time, ILoggerFactory? loggers)
    {
        (_host, _store, Options, _routing) = (host, store, options, routing);
        Time = time ?? TimeProvider.System;
        Logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<BitswapExchange>();
        _started = Time.GetTimestamp();
        _client = new ClientCore(options);
        _server = new ServerCore(options);
        _offences = new Offences(options);
        _serving = new SemaphoreSlim(options.ServeConcurrency);
        _dialing = new SemaphoreSlim(options.DialConcurrency);
        Arriving = new ArrivalRoom(options.MaxArrivingBytes);
        _connecting = new ConnectOptions { AllowLimited = options.AllowLimited };
        _timer = Time.CreateTimer(static exchange => ((BitswapExchange)exchange!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Store = new NotifyingBlockStore(this, store);
    }

    /// <summary>The options.</summary>
    public BitswapOptions Options { get; }

    /// <summary>The store. What is put into it here, others who wait for it get at once.</summary>
    public IBlockStore Store { get; }

    /// <summary>Peers that are connected and speak Bitswap.</summary>
    public IReadOnlyList<PeerId> Peers
    {
        get
        {
            lock (_clientLock) return [.. _client.Connected.Select(static peer => peer.Id)];
        }
    }

    /// <summary>Peers with whom there is, or may be, traffic.</summary>
    internal int LinkCount => _links.Count;

    /// <summary>Room for what arrives, from the first byte to the end of its processing.</summary>
    internal ArrivalRoom Arriving { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    private TimeSpan Now => Time.GetElapsedTime(_started);

    private IContentRouting? Routing => _routing ?? (_host.Component<KademliaDht>() is { } dht ? new DhtContentRouting(dht) : null);

    /// <summary>
    /// Starts fetching blocks that belong together: peers that have one of them are asked for the others. Dispose it when they are there, or are not needed any more.
    /// </summary>
    /// <param name="root">The first of them, if it is known: it is what the DHT is searched for.</param>
    public BitswapSession CreateSession(Cid? root = null)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        lock (_clientLock) return new BitswapSession(this, _client.CreateSession(), root);
    }

    /// <summary>A single block, from the store or from others. For several that belong together use a session.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.BlockNotFound"/>: nobody has it. Others: it could not be stored.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        if (await _store.TryGetAsync(cid, cancellationToken) is { } here) return here;
        await using var session = CreateSession();
        return await session.GetAsync(cid, cancellationToken);
    }

    /// <summary>As <see cref="GetAsync"/>.</summary>
    public ValueTask<ReadOnlyMemory<byte>> WantAsync(Cid cid, CancellationToken cancellationToken = default) => GetAsync(cid, cancellationToken);

    /// <summary>Blocks are in the store that were put there by other means than <see cref="Store"/>: who waits for them gets them.</summary>
    public void NotifyBlocks(IReadOnlyList<Cid> cids)
    {
        ArgumentNullException.ThrowIfNull(cids);
        Interlocked.Increment(ref _puts);
        Serve(cids.Select(static cid => cid.Hash));
    }

    /// <summary>Announces to the DHT that we have a block and, by custom, what hangs on it; now and again until <see cref="StopProvidingAsync"/>.</summary>
    /// <returns>How many peers were told; 0 where there is no DHT, or it cannot be reached now.</returns>
    public Task<int> ProvideAsync(Cid cid, CancellationToken cancellationToken = default) => Routing?.ProvideAsync(cid, cancellationToken) ?? Task.FromResult(0);

    /// <summary>No longer announces it. What others were told expires with them.</summary>
    public Task StopProvidingAsync(Cid cid, CancellationToken cancellationToken = default) => Routing?.StopProvidingAsync(cid, cancellationToken) ?? Task.CompletedTask;

    /// <summary>What went to and came from a connected peer; null where nothing did.</summary>
    public BitswapLedger? LedgerOf(PeerId peer)
    {
        lock (_serverLock)
        {
            return _server.Find(peer) is { } ledger
                ? new BitswapLedger(peer, ledger.BytesSent, ledger.BytesReceived, ledger.BlocksSent, ledger.BlocksReceived, ledger.Wants.Count)
                : null;
        }
    }

    /// <summary>Whether a peer is ignored for what it sent.</summary>
    public bool IsBanned(PeerId peer)
    {
        lock (_clientLock) return _offences.IsBanned(peer, Now);
    }

    internal ValueTask<Libp2pStream> OpenStreamAsync(PeerId peer, CancellationToken cancellationToken) =>
        _host.Connections.IsConnected(peer)
            ? _host.OpenStreamAsync(peer, Protocols, _connecting, cancellationToken)
            : throw new Libp2p.Libp2pException(Libp2p.Libp2pError.ConnectionClosed, $"{peer} is not connected any more.");

    /// <summary>The traffic with a peer.</summary>
    internal PeerLink LinkTo(PeerId peer)
    {
        if (_links.TryGetValue(peer, out var known)) return known;
        PeerLink link;
        lock (_links) link = _links.GetOrAdd(peer, static (id, exchange) => new PeerLink(exchange, id), this);

        // Of a peer that has just gone no event will come any more.
        if (_stopping.IsCancellationRequested || !_host.Connections.IsConnected(peer))
        {
            OnGone(peer);
            _ = DropLinkAsync(peer);
        }

        return link;
    }
}
