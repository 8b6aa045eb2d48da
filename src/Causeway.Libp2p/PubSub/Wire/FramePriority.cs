namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>What an RPC is worth when a peer reads too slowly: lower numbers go first and are dropped last.</summary>
internal enum FramePriority
{
    /// <summary>Subscriptions, GRAFT, PRUNE, IDONTWANT, IWANT.</summary>
    Control,

    /// <summary>Messages that we published.</summary>
    Own,

    /// <summary>Messages of others on their way through the mesh.</summary>
    Forward,

    /// <summary>IHAVE, and messages that were asked for by IWANT.</summary>
    Gossip,
}
