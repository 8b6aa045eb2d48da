using System.Diagnostics.Metrics;

namespace Causeway.Libp2p.PubSub;

/// <summary>
/// The instruments of pub/sub. Names where one is established: rust-libp2p's <c>gossipsub</c> metrics (go-libp2p-pubsub exports none itself,
/// only tracer events of the same meaning).
/// </summary>
internal static class PubSubMetrics
{
    /// <summary>Messages received, duplicates included.</summary>
    public static readonly Counter<long> Received = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_topic_msg_recv_counts_unfiltered", "{message}", "Messages received, duplicates included.");

    /// <summary>Messages received again.</summary>
    public static readonly Counter<long> Duplicates = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_duplicate_messages", "{message}", "Messages received again.");

    /// <summary>Messages delivered.</summary>
    public static readonly Counter<long> Delivered = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_topic_msg_recv_counts", "{message}", "Messages delivered.");

    /// <summary>Messages published.</summary>
    public static readonly Counter<long> Published = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_topic_msg_published", "{message}", "Messages published.");

    /// <summary>Messages found valid.</summary>
    public static readonly Counter<long> Accepted = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_accepted_messages_per_topic", "{message}", "Messages found valid.");

    /// <summary>Messages refused by a validator.</summary>
    public static readonly Counter<long> Rejected = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_rejected_messages_per_topic", "{message}", "Messages refused by a validator.");

    /// <summary>Messages ignored: by a validator, or for lack of capacity.</summary>
    public static readonly Counter<long> Ignored = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_ignored_messages_per_topic", "{message}", "Messages ignored: by a validator, or for lack of capacity.");

    /// <summary>Messages with a wrong signature, author or sequence number.</summary>
    public static readonly Counter<long> Invalid = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_invalid_messages_per_topic", "{message}", "Messages with a wrong signature, author or sequence number.");

    /// <summary>RPCs written to streams.</summary>
    public static readonly Counter<long> SentFrames = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_rpc_sent", "{rpc}", "RPCs written to streams.");

    /// <summary>Bytes written to streams.</summary>
    public static readonly Counter<long> SentBytes = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_rpc_sent_bytes", "By", "Bytes written to streams.");

    /// <summary>RPCs read from streams.</summary>
    public static readonly Counter<long> ReceivedFrames = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_rpc_recv", "{rpc}", "RPCs read from streams.");

    /// <summary>Bytes read from streams.</summary>
    public static readonly Counter<long> ReceivedBytes = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_rpc_recv_bytes", "By", "Bytes read from streams.");

    /// <summary>RPCs dropped because a peer read too slowly.</summary>
    public static readonly Counter<long> DroppedFrames = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_rpc_dropped", "{rpc}", "RPCs dropped because a peer read too slowly.");

    /// <summary>Messages dropped because a subscription was read too slowly.</summary>
    public static readonly Counter<long> DroppedDeliveries = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_undelivered_messages", "{message}", "Messages dropped because a subscription was read too slowly.");

    /// <summary>RPCs that could not be decoded or were too large.</summary>
    public static readonly Counter<long> Malformed = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_malformed_rpcs", "{rpc}", "RPCs that could not be decoded or were too large.");

    /// <summary>Peers that joined a mesh.</summary>
    public static readonly Counter<long> MeshAdded = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_mesh_peer_inclusion_events", "{event}", "Peers that joined a mesh.");

    /// <summary>Peers that left a mesh.</summary>
    public static readonly Counter<long> MeshRemoved = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_mesh_peer_churn_events", "{event}", "Peers that left a mesh.");

    /// <summary>Messages asked for.</summary>
    public static readonly Counter<long> IWantSent = Libp2pMeter.Instance.CreateCounter<long>(
        "gossipsub_topic_iwant_msgs", "{message}", "Messages asked for.");

    /// <summary>Peers with a stream of ours.</summary>
    public static readonly UpDownCounter<long> Peers = Libp2pMeter.Instance.CreateUpDownCounter<long>(
        "gossipsub_peers_per_protocol", "{peer}", "Peers with a stream of ours.");

    /// <summary>Time a heartbeat took.</summary>
    public static readonly Histogram<double> HeartbeatDuration = Libp2pMeter.Instance.CreateHistogram<double>(
        "gossipsub_heartbeat_duration", "s", "Time a heartbeat took.");
}
