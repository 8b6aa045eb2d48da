using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>Keeps the number of connections between its water marks, sparing what is tagged or protected.</summary>
public interface IConnectionManager
{
    /// <summary>All connections, in no order.</summary>
    IReadOnlyList<IConnection> All { get; }

    /// <summary>The connections to one peer, best first (direct, then relayed without limits, then limited; among equals the oldest).</summary>
    IReadOnlyList<IConnection> To(PeerId peer);

    /// <summary>Whether a connection to the peer is open.</summary>
    bool IsConnected(PeerId peer);

    /// <summary>Weighs a peer for pruning; tags of different names add up, the same name replaces. Value 0 removes.</summary>
    void Tag(PeerId peer, string tag, int value);

    /// <summary>Never prune connections to this peer while any protection stands.</summary>
    void Protect(PeerId peer, string reason);

    /// <summary>Lifts one protection; true when others remain.</summary>
    bool Unprotect(PeerId peer, string reason);

    /// <summary>Closes all connections to a peer.</summary>
    ValueTask DisconnectAsync(PeerId peer, CancellationToken cancellationToken = default);
}
