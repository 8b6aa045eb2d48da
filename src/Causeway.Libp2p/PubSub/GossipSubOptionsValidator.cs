namespace Causeway.Libp2p.PubSub;

/// <summary>
/// The ranges of <see cref="GossipSubOptions"/>; the relations of the mesh degrees are go-libp2p-pubsub's (<c>gossipsub.go</c>, validate).
/// </summary>
internal static class GossipSubOptionsValidator
{
    private const int SmallestRpc = 1 << 10;
    private const int LargestRpc = 16 << 20;

    public static void Validate(GossipSubOptions options)
    {
        Degrees(options);
        Positive(options.HistoryLength, nameof(options.HistoryLength));
        Require(options.HistoryGossip >= 0 && options.HistoryGossip <= options.HistoryLength, "HistoryGossip must be between 0 and HistoryLength.");
        Positive(options.HistoryBytes, nameof(options.HistoryBytes));
        Positive(options.GossipRetransmission, nameof(options.GossipRetransmission));
        Require(options.GossipDegree >= 0, "GossipDegree must be at least 0.");
        Require(options.GossipFactor is >= 0 and <= 1, "GossipFactor must be between 0 and 1.");
        Positive(options.HeartbeatInterval, nameof(options.HeartbeatInterval));
        Require(options.HeartbeatInitialDelay >= TimeSpan.Zero, "HeartbeatInitialDelay must be at least 0.");
        Positive(options.FanoutTimeToLive, nameof(options.FanoutTimeToLive));
        Positive(options.PruneBackoff, nameof(options.PruneBackoff));
        Positive(options.UnsubscribeBackoff, nameof(options.UnsubscribeBackoff));
        Require(options.GraftFloodThreshold >= TimeSpan.Zero, "GraftFloodThreshold must be at least 0.");
        Positive(options.OpportunisticGraftTicks, nameof(options.OpportunisticGraftTicks));
        Positive(options.OpportunisticGraftPeers, nameof(options.OpportunisticGraftPeers));
        Require(options.PeerExchangeCount is >= 1 and <= 64, "PeerExchangeCount must be between 1 and 64.");
        Positive(options.ExplicitPeerTicks, nameof(options.ExplicitPeerTicks));
        Positive(options.MaxIHaveMessages, nameof(options.MaxIHaveMessages));
        Positive(options.MaxIHaveLength, nameof(options.MaxIHaveLength));
        Positive(options.MaxIWantLength, nameof(options.MaxIWantLength));
        Positive(options.MaxIDontWantLength, nameof(options.MaxIDontWantLength));
        Require(options.IDontWantThreshold >= 0, "IDontWantThreshold must be at least 0.");
        Positive(options.IDontWantTicks, nameof(options.IDontWantTicks));
        Positive(options.IWantFollowupTime, nameof(options.IWantFollowupTime));
        Positive(options.SeenTimeToLive, nameof(options.SeenTimeToLive));
        Positive(options.SeenCapacity, nameof(options.SeenCapacity));
        Positive(options.MaxTopicsPerPeer, nameof(options.MaxTopicsPerPeer));
        Require(options.MaxRpcSize is >= SmallestRpc and <= LargestRpc, "MaxRpcSize must be between 1 KiB and 16 MiB.");
        Positive(options.OutboundQueueLength, nameof(options.OutboundQueueLength));
        Require(options.OutboundQueueBytes >= options.MaxRpcSize, "OutboundQueueBytes must be at least MaxRpcSize.");
        Positive(options.ValidationQueueLength, nameof(options.ValidationQueueLength));
        Require(options.ValidationQueueBytes >= options.MaxRpcSize, "ValidationQueueBytes must be at least MaxRpcSize.");
        Positive(options.ValidationConcurrency, nameof(options.ValidationConcurrency));
        Positive(options.ValidationTimeout, nameof(options.ValidationTimeout));
        Positive(options.WriteTimeout, nameof(options.WriteTimeout));
        options.Scoring?.Validate();
    }

    private static void Degrees(GossipSubOptions options)
    {
        var (d, low, high, output) = (options.MeshDegree, options.MeshDegreeLow, options.MeshDegreeHigh, options.MeshDegreeOutbound);

        // A bootstrapper has no mesh at all (gossipsub 1.1, "Recommendations for Network Operators").
        if (d == 0 && low == 0 && high == 0 && output == 0) return;
        Require(low >= 1 && low <= d && d <= high, "The mesh degrees must be ordered: 1 ≤ MeshDegreeLow ≤ MeshDegree ≤ MeshDegreeHigh.");
        Require(output >= 0 && output < low && output <= d / 2, "MeshDegreeOutbound must be below MeshDegreeLow and at most half of MeshDegree.");
        Require(options.MeshDegreeScore >= 0 && options.MeshDegreeScore <= d, "MeshDegreeScore must be between 0 and MeshDegree.");
    }

    private static void Positive(long value, string name) => Require(value > 0, $"{name} must be above 0.");

    private static void Positive(TimeSpan value, string name) => Require(value > TimeSpan.Zero, $"{name} must be above 0.");

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message);
    }
}
