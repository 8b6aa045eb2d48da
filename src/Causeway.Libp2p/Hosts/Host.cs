using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Connections.Managing;
using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Peers.Memory;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>The host: puts its parts together; each does its own work. See the other files of this class for starting, stopping and events.</summary>
internal sealed partial class Host : IHost
{
    private static readonly ConnectOptions Connecting = new();

    private readonly HostServices _services;
    private readonly HostOptions _options;
    private readonly ILogger _log;
    private readonly IReadOnlyList<ITransport> _transports;
    private readonly ProtocolTable _protocols = new();
    private readonly PeerStore _peers;
    private readonly PeerMemory? _memory;
    private readonly ConnectionManager _connections;
    private readonly Dialer _dialer;
    private readonly StreamDispatcher _streams;
    private readonly Swarm _swarm;
    private readonly Listeners _listeners;
    private readonly IdentifyService _identify;
    private readonly HostEventQueue _events;

    public Host(HostServices services, HostOptions options)
    {
        _services = services;
        _options = options;
        _log = services.Loggers.CreateLogger("Causeway.Libp2p.Host");
        var time = services.Time;
        Id = PeerId.FromPublicKey(services.Identity.PublicKey);

        _peers = new PeerStore(options.Peers, time);
        _connections = new ConnectionManager(options.Connections, time);
        _peers.IsConnected = _connections.IsConnected;
        if (services.Memory is { } memory) _memory = new PeerMemory(_peers, memory, options.Peers.MaxPeers, time, _log);
        var upgrader = new ConnectionUpgrader(services.Security, services.Muxers, options.Upgrade, time, services.PrivateNetwork);
        _transports = [.. services.Transports.Select(create => create(this))];
        _dialer = new Dialer(Id, _transports, upgrader, services.Resources, services.Resolver, options.Dial, time, _log);
        _streams = new StreamDispatcher(_protocols, options, time, _log);
        _swarm = new Swarm(Id, _dialer, _connections, _peers, _streams, FindAsync, options, time, _log);
        _listeners = new Listeners(
            _transports, upgrader, services.Resources, options, time, _log, (upgraded, scope, ticket) => _swarm.Admit(upgraded, scope, ticket));
        var local = new LocalIdentity(services.Identity, Id, options.Identify, () => Addresses, () => _protocols.Ids, time);
        _identify = new IdentifyService(
            local, _peers, _connections, options.Identify, time, _log, connection => _events!.Post(new HostEvent.PeerIdentified(connection.RemotePeer, connection)));
        _events = new HostEventQueue(Raise, _log);
        ServeOwnProtocols();
        Observe();
    }

    public PeerId Id { get; }

    public PrivateKey Identity => _services.Identity;

    public IPeerStore Peers => _peers;

    public IConnectionManager Connections => _connections;

    public IReadOnlyCollection<string> Protocols => _protocols.Ids;

    public IDisposable Handle(string protocol, StreamHandler handler, ProtocolOptions? options = null) => _protocols.Add(protocol, handler, options);

    public ValueTask<IConnection> ConnectAsync(PeerId peer, CancellationToken cancellationToken = default)
    {
        ThrowUnlessRunning();
        return _swarm.ConnectAsync(peer, Connecting, cancellationToken);
    }

    public ValueTask<IConnection> ConnectAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken = default)
    {
        ThrowUnlessRunning();
        return _swarm.ConnectAsync(peer, options, cancellationToken);
    }

    public ValueTask<IConnection> ConnectAsync(Multiaddress address, CancellationToken cancellationToken = default)
    {
        ThrowUnlessRunning();
        return _swarm.ConnectAsync(address, cancellationToken);
    }

    public ValueTask<Libp2pStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default) =>
        OpenStreamAsync(peer, protocols, Connecting, cancellationToken);

    public async ValueTask<Libp2pStream> OpenStreamAsync(
        PeerId peer, IReadOnlyList<string> protocols, ConnectOptions options, CancellationToken cancellationToken = default)
    {
        ThrowUnlessRunning();
        var wasConnected = _connections.IsConnected(peer);
        var connection = await ConnectForStreamAsync(peer, options, cancellationToken);
        try
        {
            return await connection.OpenStreamAsync(Preferred(connection, protocols), cancellationToken);
        }
        catch (Libp2pException error) when (wasConnected && error.Error == Libp2pError.ConnectionClosed)
        {
            // The connection ended while we looked at it; a fresh one may do.
            connection = await ConnectForStreamAsync(peer, options, cancellationToken);
            return await connection.OpenStreamAsync(Preferred(connection, protocols), cancellationToken);
        }
    }

    private async ValueTask<IConnection> ConnectForStreamAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken)
    {
        var connection = await _swarm.ConnectAsync(peer, options, cancellationToken);
        if (options.AllowLimited || !connection.IsLimited) return connection;
        try
        {
            return await _swarm.ConnectAsync(peer, options with { RequireDirect = true, UseRouting = false }, cancellationToken);
        }
        catch (Libp2pException error)
        {
            throw new Libp2pException(
                Libp2pError.LimitedConnection, $"{peer} is connected through a relay that limits the connection, and cannot be reached directly: {error.Message}", error);
        }
    }

    // What the peer said over this connection that it speaks saves the round trip of asking; a single proposal travels with the first write.
    private IReadOnlyList<string> Preferred(IConnection connection, IReadOnlyList<string> protocols)
    {
        if (protocols.Count <= 1 || connection is not Connection { IsIdentified: true }) return protocols;
        var spoken = _peers.ProtocolsOf(connection.RemotePeer);
        foreach (var protocol in protocols)
        {
            if (spoken.Contains(protocol)) return [protocol];
        }

        return protocols;
    }

    private void ServeOwnProtocols()
    {
        var time = _services.Time;
        var identifyOptions = new ProtocolOptions { MaxInboundStreamsPerPeer = 8, AllowLimited = true };
        _ = _protocols.Add(IdentifyService.ProtocolId, _identify.AnswerAsync, identifyOptions);
        _ = _protocols.Add(IdentifyService.PushProtocolId, _identify.ReceivePushAsync, identifyOptions);
        if (!_options.ServePing) return;
        _ = _protocols.Add(PingService.ProtocolId, (stream, token) => PingService.ServeAsync(stream, time, token), PingService.ServerOptions);
    }
}
