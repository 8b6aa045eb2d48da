using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>A decoded RPC. Lists that are empty are null.</summary>
internal sealed class Rpc
{
    /// <summary>Topics joined and left, in order.</summary>
    public List<SubscriptionChange>? Subscriptions { get; set; }

    /// <summary>Messages, in order.</summary>
    public List<GossipMessage>? Messages { get; set; }

    /// <summary>Control messages.</summary>
    public RpcControl? Control { get; set; }

    /// <summary>Entries that were stepped over because of <see cref="RpcLimits"/>.</summary>
    public int Skipped { get; set; }
}

/// <summary>A topic joined or left.</summary>
internal readonly record struct SubscriptionChange(string Topic, bool Subscribe);

/// <summary>The control messages of an RPC. Message IDs are as the peer wrote them.</summary>
internal sealed class RpcControl
{
    /// <summary>IHAVE: messages that the peer can give us.</summary>
    public List<IHave>? IHave { get; set; }

    /// <summary>IWANT: messages that the peer asks for.</summary>
    public List<ReadOnlyMemory<byte>>? IWant { get; set; }

    /// <summary>GRAFT: topics in whose mesh the peer wants to be.</summary>
    public List<string>? Graft { get; set; }

    /// <summary>PRUNE: topics out of whose mesh the peer takes us.</summary>
    public List<Prune>? Prune { get; set; }

    /// <summary>IDONTWANT: messages that the peer has already.</summary>
    public List<ReadOnlyMemory<byte>>? IDontWant { get; set; }
}

/// <summary>One IHAVE.</summary>
internal readonly record struct IHave(string Topic, List<ReadOnlyMemory<byte>> Ids);

/// <summary>One PRUNE.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="BackoffSeconds">How long not to graft again; null from a 1.0 peer.</param>
/// <param name="Peers">Other peers to turn to; null without peer exchange.</param>
internal readonly record struct Prune(string Topic, ulong? BackoffSeconds, List<ExchangedPeer>? Peers);

/// <summary>A peer offered in a PRUNE.</summary>
internal readonly record struct ExchangedPeer(ReadOnlyMemory<byte> PeerId, ReadOnlyMemory<byte> SignedRecord);
