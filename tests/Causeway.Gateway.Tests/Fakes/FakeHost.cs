using System.Collections.Concurrent;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>A host on a <see cref="FakeNetwork"/>.</summary>
internal sealed class FakeHost : IHost, IConnectionManager
{
    private readonly FakeNetwork _network;
    private readonly ConcurrentDictionary<string, StreamHandler> _handlers = new();
    private readonly ConcurrentDictionary<PeerId, FakeConnection> _connections = new();
    private readonly ConcurrentDictionary<PeerId, FakeConnection> _relayed = new();

    public FakeHost(FakeNetwork network, PrivateKey identity)
    {
        _network = network;
        Identity = identity;
        Id = PeerId.FromPublicKey(identity.PublicKey);
        network.Hosts[Id] = this;
    }

    public event Action<HostEvent>? Changed;

    public event Action<PeerId>? Discovered;

    public PeerId Id { get; }

    public PrivateKey Identity { get; }

    public IReadOnlyList<Multiaddress> Addresses => [Multiaddress.Parse("/ip4/127.0.0.1/tcp/4001")];

    public Reachability Reachability => Reachability.Unknown;

    public IPeerStore Peers { get; } = new FakePeerStore();

    public IConnectionManager Connections => this;

    public IReadOnlyCollection<string> Protocols => [.. _handlers.Keys];

    public IReadOnlyList<IConnection> All => [.. _connections.Values, .. _relayed.Values];

    public ConcurrentDictionary<PeerId, string> Protected { get; } = new();

    public int Dials => _dials;

    private int _dials;

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask<IConnection> ConnectAsync(PeerId peer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _dials);
        if (Best(peer) is { } existing) return new(existing);
        return new(Connect(peer, isRelayed: false));
    }

    /// <summary>A connection through a relay, or a direct one beside what there is.</summary>
    public FakeConnection Connect(PeerId peer, bool isRelayed)
    {
        if (!_network.Hosts.TryGetValue(peer, out var other)) throw new Libp2pException(Libp2pError.Unreachable, "nobody is there");
        var connection = new FakeConnection(this, other, ConnectionRole.Initiator, isRelayed);
        var back = new FakeConnection(other, this, ConnectionRole.Responder, isRelayed);
        (isRelayed ? _relayed : _connections)[peer] = connection;
        (isRelayed ? other._relayed : other._connections)[Id] = back;
        Changed?.Invoke(new HostEvent.ConnectionOpened(connection));
        other.Changed?.Invoke(new HostEvent.ConnectionOpened(back));
        return connection;
    }

    public ValueTask<IConnection> ConnectAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken = default) => ConnectAsync(peer, cancellationToken);

    public ValueTask<IConnection> ConnectAsync(Multiaddress address, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public async ValueTask<Libp2pStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default)
    {
        if (_network.Opening is { } opening) await opening(this, peer, protocols[0]).WaitAsync(cancellationToken);
        var connection = (FakeConnection)await ConnectAsync(peer, cancellationToken);
        if (!_network.Hosts.TryGetValue(peer, out var other)) throw new Libp2pException(Libp2pError.Unreachable, "nobody is there");
        if (!other._handlers.TryGetValue(protocols[0], out var handler)) throw new Libp2pException(Libp2pError.ProtocolNotSupported, "not served");
        var (ours, theirs) = FakeStream.CreatePair(protocols[0], connection, other.Best(Id)!);
        connection.Streams.Add(ours);
        connection.Streams.Add(theirs);
        _ = other.ServeAsync(handler, theirs);
        return ours;
    }

    public ValueTask<Libp2pStream> OpenStreamAsync(
        PeerId peer, IReadOnlyList<string> protocols, ConnectOptions options, CancellationToken cancellationToken = default) =>
        OpenStreamAsync(peer, protocols, cancellationToken);

    public IDisposable Handle(string protocol, StreamHandler handler, ProtocolOptions? options = null)
    {
        if (protocol.StartsWith("/ipfs/", StringComparison.Ordinal) || !_handlers.TryAdd(protocol, handler)) throw new InvalidOperationException("served already");
        return new Registration(() => _handlers.TryRemove(protocol, out _));
    }

    public void SetAddresses(string source, IEnumerable<Multiaddress> addresses) => throw new NotSupportedException();

    public void SetReachability(Reachability reachability) => throw new NotSupportedException();

    public void AddDiscovered(PeerId peer, IEnumerable<Multiaddress> addresses) => Discovered?.Invoke(peer);

    /// <summary>The machine of this host vanishes: every stream and connection breaks.</summary>
    public void Kill()
    {
        _network.Hosts.TryRemove(new(Id, this));
        foreach (var peer in _connections.Keys.Union(_relayed.Keys))
        {
            Break(peer);
            if (_network.Hosts.TryGetValue(peer, out var other)) other.Break(Id);
        }
    }

    /// <summary>The connection to a peer breaks on this side.</summary>
    public void Break(PeerId peer)
    {
        foreach (var connection in new[] { Take(_relayed, peer), Take(_connections, peer) }.OfType<FakeConnection>())
        {
            foreach (var stream in connection.Streams) stream.Abort();
            Changed?.Invoke(new HostEvent.ConnectionClosed(connection, Best(peer) is null));
        }
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    IReadOnlyList<IConnection> IConnectionManager.To(PeerId peer) => [.. All.Where(c => c.RemotePeer.Equals(peer))];

    bool IConnectionManager.IsConnected(PeerId peer) => Best(peer) is not null;

    void IConnectionManager.Tag(PeerId peer, string tag, int value)
    {
    }

    void IConnectionManager.Protect(PeerId peer, string reason) => Protected[peer] = reason;

    bool IConnectionManager.Unprotect(PeerId peer, string reason) => !Protected.TryRemove(peer, out _);

    ValueTask IConnectionManager.DisconnectAsync(PeerId peer, CancellationToken cancellationToken)
    {
        Break(peer);
        return ValueTask.CompletedTask;
    }

    private FakeConnection? Best(PeerId peer) => _connections.GetValueOrDefault(peer) ?? _relayed.GetValueOrDefault(peer);

    private static FakeConnection? Take(ConcurrentDictionary<PeerId, FakeConnection> connections, PeerId peer) => connections.TryRemove(peer, out var taken) ? taken : null;

    private async Task ServeAsync(StreamHandler handler, FakeStream stream)
    {
        try
        {
            await handler(stream, CancellationToken.None);
            await stream.DisposeAsync();
        }
        catch (Exception)
        {
            stream.Abort();
        }
    }

    private sealed class Registration(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
