using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Managing;

/// <summary>The table of a host's connections. Thread-safe.</summary>
internal sealed class ConnectionManager(ConnectionManagerOptions options, TimeProvider time) : IConnectionManager
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, ManagedPeer> _peers = [];
    private IConnection[]? _all = [];
    private int _count;
    private bool _closed;

    /// <summary>Connections held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether pruning is due.</summary>
    public bool IsAboveHighWater => Count > options.HighWater;

    public IReadOnlyList<IConnection> All
    {
        get
        {
            lock (_lock) return _all ??= [.. _peers.Values.SelectMany(static peer => peer.Connections)];
        }
    }

    public IReadOnlyList<IConnection> To(PeerId peer)
    {
        lock (_lock) return _peers.TryGetValue(peer, out var managed) ? managed.Connections : [];
    }

    public bool IsConnected(PeerId peer) => To(peer).Count > 0;

    public void Tag(PeerId peer, string tag, int value) => Change(peer, managed => managed.Tag(tag, value));

    public void Protect(PeerId peer, string reason) => Change(peer, managed => managed.Protect(reason));

    public bool Unprotect(PeerId peer, string reason)
    {
        var remains = false;
        Change(peer, managed =>
        {
            managed.Unprotect(reason);
            remains = managed.IsProtected;
        });
        return remains;
    }

    public async ValueTask DisconnectAsync(PeerId peer, CancellationToken cancellationToken = default) =>
        await Task.WhenAll(To(peer).Select(connection => connection.CloseAsync(cancellationToken).AsTask()));

    /// <summary>Enters a connection; false after <see cref="Close"/>.</summary>
    public bool TryAdd(IConnection connection)
    {
        lock (_lock)
        {
            if (_closed) return false;
            PeerOf(connection.RemotePeer).Add(connection);
            _count++;
            _all = null;
            return true;
        }
    }

    /// <summary>Takes a connection out; <paramref name="isLast"/>: the peer has no other.</summary>
    public bool Remove(IConnection connection, out bool isLast)
    {
        lock (_lock)
        {
            isLast = false;
            if (!_peers.TryGetValue(connection.RemotePeer, out var managed) || !managed.Remove(connection)) return false;
            isLast = managed.Connections.Length == 0;
            if (managed.IsIdle) _peers.Remove(connection.RemotePeer);
            _count--;
            _all = null;
            return true;
        }
    }

    /// <summary>No connection is entered any more. Returns those that are open.</summary>
    public IReadOnlyList<IConnection> Close()
    {
        lock (_lock) _closed = true;
        return All;
    }

    /// <summary>
    /// What to close to get down to the low-water mark: unprotected peers past their grace period, the least valued first, among equals those
    /// who came to us before those we sought, and the quiet before the busy.
    /// </summary>
    public IReadOnlyList<IConnection> SelectForPruning()
    {
        lock (_lock)
        {
            if (_count <= options.HighWater) return [];
            var youngest = time.GetUtcNow() - options.GracePeriod;
            var selected = new List<IConnection>();
            var excess = _count - options.LowWater;
            foreach (var peer in _peers.Values
                .Where(peer => peer.Connections.Length > 0 && !peer.IsProtected && peer.Connections.All(c => c.OpenedAt <= youngest))
                .OrderBy(static peer => peer.Value)
                .ThenBy(static peer => peer.Connections[0].Role == ConnectionRole.Initiator)
                .ThenBy(static peer => peer.Connections.Sum(static c => c.StreamCount)))
            {
                if (selected.Count >= excess) break;
                selected.AddRange(peer.Connections);
            }

            return selected;
        }
    }

    /// <summary>
    /// Connections that nobody needs: when both ends dialed at once there are two. Of a peer's idle unlimited ones past their grace period
    /// the oldest that the smaller peer ID dialed stays; both ends come to the same choice. Relayed ones stay only while there is no direct one.
    /// </summary>
    public IReadOnlyList<IConnection> SelectRedundant(PeerId self)
    {
        lock (_lock)
        {
            var youngest = time.GetUtcNow() - options.GracePeriod;
            return [.. _peers.Values.Where(static peer => peer.Connections.Length > 1).SelectMany(peer => peer.Connections
                .Where(c => !c.IsLimited || !peer.Connections[0].IsRelayed)
                .OrderBy(static c => c.IsRelayed)
                .ThenBy(c => (c.Role == ConnectionRole.Initiator) != (self.CompareTo(c.RemotePeer) < 0))
                .Skip(1)
                .Where(c => c.StreamCount == 0 && c.OpenedAt <= youngest))];
        }
    }

    private void Change(PeerId peer, Action<ManagedPeer> change)
    {
        lock (_lock)
        {
            var managed = PeerOf(peer);
            change(managed);
            if (managed.IsIdle) _peers.Remove(peer);
        }
    }

    private ManagedPeer PeerOf(PeerId peer)
    {
        if (_peers.TryGetValue(peer, out var managed)) return managed;
        managed = new ManagedPeer();
        _peers.Add(peer, managed);
        return managed;
    }
}
