namespace Causeway.Libp2p.PubSub;

/// <summary>
/// How the default message ID is written in IHAVE, IWANT and IDONTWANT. Both forms name the same message, and both are understood from
/// any peer; this decides only what is said first to a peer that has not shown which form it uses.
/// </summary>
public enum MessageIdForm
{
    /// <summary>The author's peer ID bytes and the sequence number, as go-libp2p does (pubsub spec, "Message Identification").</summary>
    PeerIdAndSequence,

    /// <summary>The author's protobuf-encoded public key and the sequence number, as js-libp2p does.</summary>
    PublicKeyAndSequence,
}
