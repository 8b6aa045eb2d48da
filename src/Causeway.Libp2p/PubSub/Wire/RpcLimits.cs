namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>How much of one RPC is looked at. What is past a limit is stepped over and counted, never stored.</summary>
/// <param name="MaxSubscriptions">Subscription changes.</param>
/// <param name="MaxMessages">Messages.</param>
/// <param name="MaxControl">IHAVE, GRAFT and PRUNE entries, each.</param>
/// <param name="MaxMessageIds">Message IDs of IHAVE, IWANT and IDONTWANT, each.</param>
/// <param name="MaxExchangedPeers">Peers of one PRUNE.</param>
/// <param name="MaxTopicLength">Bytes of a topic's name; longer ones make the RPC malformed.</param>
internal sealed record RpcLimits(
    int MaxSubscriptions, int MaxMessages, int MaxControl, int MaxMessageIds, int MaxExchangedPeers, int MaxTopicLength)
{
    /// <summary>js-libp2p's defaults (<c>message/decodeRpc.ts</c>); topic names are bounded by us.</summary>
    public static readonly RpcLimits Default = new(5000, 5000, 5000, 5000, 16, 1024);
}
