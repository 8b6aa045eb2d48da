using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <content>Starting, stopping, modes, and what the host tells of peers.</content>
public sealed partial class KademliaDht
{
    // The connection manager's weight for a peer of the routing table (go-libp2p-kad-dht, dht.go: baseConnMgrScore).
    private const int TagValue = 5;
    private const string TagName = "kbucket";

    private readonly Lock _modeLock = new();
    private IDisposable? _served;
    private Task _upkeep = Task.CompletedTask;
    private int _started;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _started, 1) != 0) throw new InvalidOperationException("The DHT was started already.");
        await RestoreAsync(cancellationToken);
        _host.Changed += OnHostChanged;
        UpdateMode();
        foreach (var connection in _host.Connections.All) OnIdentified(connection.RemotePeer);
        _upkeep = Task.Run(UpkeepAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        _host.Changed -= OnHostChanged;
        lock (_modeLock)
        {
            _served?.Dispose();
            _served = null;
        }

        _addresses.Dispose();
        await _upkeep;
        if (_started != 0) await SaveAsync();
        foreach (var peer in RoutingTablePeers) _table.Remove(peer);
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_options.RoutingTable is null) return;
        var now = _time.GetUtcNow();
        foreach (var peer in await _options.RoutingTable.LoadAsync(cancellationToken))
        {
            var addresses = _policy.Usable(peer.Addresses);
            if (addresses.Count == 0 || !_policy.IsServer(addresses)) continue;
            _host.Peers.AddAddresses(peer.Peer, addresses, AddressLifetime.Discovered);
            _table.TryAdd(peer.Peer, addresses, IPGroup.Of(addresses), answered: false, now);
        }
    }

    private async Task SaveAsync()
    {
        if (_options.RoutingTable is null) return;
        try
        {
            await _options.RoutingTable.SaveAsync(_table.Select(static entry => new RoutingTablePeer(entry.Peer, entry.Addresses, entry.LastUsefulAt)));
        }
        catch (Exception error)
        {
            _log.UpkeepFailed(error);
        }
    }

    private void UpdateMode()
    {
        lock (_modeLock)
        {
            var serve = !_stopping.IsCancellationRequested
                && (_options.Mode == KademliaMode.Server || (_options.Mode == KademliaMode.Auto && _host.Reachability == Reachability.Public));
            if (serve == _served is not null) return;
            if (serve)
            {
                Volatile.Write(
                    ref _served,
                    _host.Handle(_options.ProtocolId, _server.ServeAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = _options.MaxInboundStreamsPerPeer }));
            }
            else
            {
                _served!.Dispose();
                Volatile.Write(ref _served, null);
            }

            _log.ModeChanged(_options.ProtocolId, serve ? "server" : "client");
        }
    }

    private void OnHostChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.PeerIdentified identified:
                OnIdentified(identified.Peer);
                break;
            case HostEvent.ReachabilityChanged:
                UpdateMode();
                break;
            case HostEvent.AddressesChanged:
                // Others were told our old ones.
                _addresses.Note();
                break;
        }
    }

    private void OnIdentified(PeerId peer)
    {
        var protocols = _host.Peers.ProtocolsOf(peer);
        if (protocols.Count == 0) return;
        var addresses = _policy.Usable(_host.Peers.AddressesOf(peer));
        if (!protocols.Contains(_options.ProtocolId) || !_policy.IsServer(addresses))
        {
            // A server has become a client.
            _table.Remove(peer);
            return;
        }

        var isThin = _table.Count < _options.MinRoutingTablePeers;
        var isNew = !_table.Contains(peer);
        if (_table.TryAdd(peer, addresses, GroupsOf(peer), answered: false, _time.GetUtcNow()) && isNew && isThin) Wake();
    }

    private void OnAdded(PeerId peer)
    {
        KademliaMetrics.TableChanged(1);
        _log.PeerAdded(peer);
        _host.Connections.Tag(peer, TagName, TagValue);
    }

    private void OnRemoved(PeerId peer)
    {
        KademliaMetrics.TableChanged(-1);
        _log.PeerRemoved(peer);
        _host.Connections.Tag(peer, TagName, 0);
    }
}
