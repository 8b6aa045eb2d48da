namespace Causeway.Node.Control;

/// <summary>What commands ask of a node, over its control socket or inside the process. Every method throws a <see cref="NodeException"/> that says why it could not be done.</summary>
public interface INodeControl
{
    /// <summary>Who the node is and how it stands.</summary>
    Task<NodeReport> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Its connections, the oldest first.</summary>
    Task<IReadOnlyList<ConnectionReport>> GetConnectionsAsync(CancellationToken cancellationToken);

    /// <summary>The peers whose addresses it knows.</summary>
    Task<IReadOnlyList<PeerReport>> GetPeersAsync(CancellationToken cancellationToken);

    /// <summary>Connects to a multiaddr, or to a peer ID whose addresses are known or found.</summary>
    Task<ConnectionReport> ConnectAsync(string target, CancellationToken cancellationToken);

    /// <summary>Closes all connections to a peer: its ID, or a multiaddr that ends in it. Returns how many there were.</summary>
    Task<int> DisconnectAsync(string target, CancellationToken cancellationToken);

    /// <summary>Pings a peer once a second, connecting if need be.</summary>
    IAsyncEnumerable<PingReport> PingAsync(string target, int count, CancellationToken cancellationToken);

    /// <summary>Looks a peer up in the DHT.</summary>
    Task<PeerReport> FindPeerAsync(string peer, CancellationToken cancellationToken);

    /// <summary>Searches providers of a CID in the DHT.</summary>
    IAsyncEnumerable<PeerReport> FindProvidersAsync(string cid, int count, CancellationToken cancellationToken);

    /// <summary>Announces in the DHT, from now on until the node ends, that this node provides a CID.</summary>
    Task ProvideAsync(string cid, CancellationToken cancellationToken);

    /// <summary>Reads a record of the DHT, such as <c>/pk/…</c> or <c>/ipns/…</c>.</summary>
    Task<ValueReport> GetValueAsync(string key, CancellationToken cancellationToken);

    /// <summary>Stores a record in the DHT.</summary>
    Task PutValueAsync(ValueReport value, CancellationToken cancellationToken);

    /// <summary>Puts the blocks of a CAR archive into the node's storage, and keeps them there.</summary>
    /// <param name="path">The whole path of the file, which the node reads.</param>
    /// <param name="isPinned">Whether what is below the archive's roots is pinned. Otherwise the blocks make room for others when the storage is full.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    IAsyncEnumerable<CarImportReport> ImportCarAsync(string path, bool isPinned, CancellationToken cancellationToken);
}
