namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>What a peer speaks on the stream that we opened to it. Ordered: a later one can do all that an earlier one can.</summary>
internal enum PeerVersion
{
    /// <summary><c>/floodsub/1.0.0</c>: gets every message of its topics, knows no control messages.</summary>
    FloodSub,

    /// <summary><c>/meshsub/1.0.0</c>: mesh and gossip.</summary>
    GossipSub10,

    /// <summary><c>/meshsub/1.1.0</c>: back-off and peer exchange in PRUNE.</summary>
    GossipSub11,

    /// <summary><c>/meshsub/1.2.0</c>: IDONTWANT.</summary>
    GossipSub12,
}
