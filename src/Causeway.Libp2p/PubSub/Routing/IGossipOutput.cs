using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>What the router decides. Called from within the router's own calls; implementations only note things down and return.</summary>
internal interface IGossipOutput
{
    /// <summary>Queues an RPC; false where the peer's queue had no room for it.</summary>
    bool Send(RoutedPeer peer, RpcFrame frame, FramePriority priority);

    /// <summary>Asks for a verdict on a message of another peer; the answer is <see cref="GossipRouter.Complete"/>.</summary>
    void Validate(GossipMessage message);

    /// <summary>Hands a valid message of a subscribed topic to the application.</summary>
    void Deliver(GossipMessage message);

    /// <summary>A peer joined or left a topic.</summary>
    void PeerChanged(string topic, PeerId peer, bool joined);

    /// <summary>A peer joined or left our mesh.</summary>
    void MeshChanged(string topic, RoutedPeer peer, bool added);

    /// <summary>Asks for a connection (peer exchange, explicit peers).</summary>
    void Connect(PeerId peer, ReadOnlyMemory<byte> signedRecord);

    /// <summary>A peer's signed record for peer exchange; empty where there is none.</summary>
    ReadOnlyMemory<byte> SignedRecordOf(PeerId peer);
}
