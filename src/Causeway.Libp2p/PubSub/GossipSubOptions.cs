using System.Collections.Immutable;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub;

/// <summary>How GossipSub behaves. Defaults are the specification's (gossipsub 1.0 and 1.1, "Parameters") and go-libp2p-pubsub's.</summary>
public sealed record GossipSubOptions
{
    /// <summary>Wanted mesh peers per topic (D). Default 6.</summary>
    public int MeshDegree { get; init; } = 6;

    /// <summary>Fewest mesh peers before more are grafted (D_lo). Default 5.</summary>
    public int MeshDegreeLow { get; init; } = 5;

    /// <summary>Mesh peers from which on the surplus is pruned (D_hi). Default 12.</summary>
    public int MeshDegreeHigh { get; init; } = 12;

    /// <summary>Best-scored mesh peers that a pruning always spares (D_score). Default 4.</summary>
    public int MeshDegreeScore { get; init; } = 4;

    /// <summary>Mesh peers that we dialed ourselves (D_out); below D_lo and at most D/2. Default 2.</summary>
    public int MeshDegreeOutbound { get; init; } = 2;

    /// <summary>Fewest peers that get gossip (D_lazy). Default 6.</summary>
    public int GossipDegree { get; init; } = 6;

    /// <summary>Share of the peers outside the mesh that get gossip, 0 to 1. Default 0.25.</summary>
    public double GossipFactor { get; init; } = 0.25;

    /// <summary>Heartbeats for which a message can be asked for (mcache_len). Default 5.</summary>
    public int HistoryLength { get; init; } = 5;

    /// <summary>Heartbeats for which a message is gossiped about (mcache_gossip); at most <see cref="HistoryLength"/>. Default 3.</summary>
    public int HistoryGossip { get; init; } = 3;

    /// <summary>Bytes of messages kept for gossip; the oldest go first. Default 32 MiB.</summary>
    public long HistoryBytes { get; init; } = 32 << 20;

    /// <summary>How often one peer may ask for one message. Default 3.</summary>
    public int GossipRetransmission { get; init; } = 3;

    /// <summary>
    /// Whether connections that a relay limits are used where there is no other one. Default no, as in go-libp2p-pubsub; applications whose messages are few
    /// and small say yes, so that two peers talk before they have a direct connection.
    /// </summary>
    public bool AllowLimited { get; init; }

    /// <summary>Time between heartbeats. Default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time to the first heartbeat. Default 100 ms.</summary>
    public TimeSpan HeartbeatInitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after our last message to a topic without a subscription its peers are kept. Default 60 s.</summary>
    public TimeSpan FanoutTimeToLive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether our own messages go to all peers of a topic instead of the mesh only. Default yes.</summary>
    public bool FloodPublish { get; init; } = true;

    /// <summary>How long a pruned peer and we leave each other alone. Default 60 s.</summary>
    public TimeSpan PruneBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same after we left a topic. Default 10 s.</summary>
    public TimeSpan UnsubscribeBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A GRAFT within this time after a PRUNE counts twice. Default 10 s.</summary>
    public TimeSpan GraftFloodThreshold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Heartbeats between opportunistic graftings. Default 60.</summary>
    public int OpportunisticGraftTicks { get; init; } = 60;

    /// <summary>Peers per opportunistic grafting. Default 2.</summary>
    public int OpportunisticGraftPeers { get; init; } = 2;

    /// <summary>Whether pruned peers are told of others, and peers that others offer are dialed (with a sufficient score). Default no.</summary>
    public bool PeerExchange { get; init; }

    /// <summary>Most peers of one exchange. Default 16.</summary>
    public int PeerExchangeCount { get; init; } = 16;

    /// <summary>Explicit peers: always connected, always forwarded to, never scored nor in a mesh. Their addresses come from the peer store.</summary>
    public ImmutableHashSet<PeerId> ExplicitPeers { get; init; } = [];

    /// <summary>Heartbeats between attempts to reconnect explicit peers. Default 300.</summary>
    public int ExplicitPeerTicks { get; init; } = 300;

    /// <summary>IHAVE RPCs accepted from a peer per heartbeat. Default 10.</summary>
    public int MaxIHaveMessages { get; init; } = 10;

    /// <summary>Message IDs in an IHAVE of ours, and asked of a peer per heartbeat. Default 5000.</summary>
    public int MaxIHaveLength { get; init; } = 5000;

    /// <summary>Message IDs that a peer may ask for per heartbeat. Default 5000.</summary>
    public int MaxIWantLength { get; init; } = 5000;

    /// <summary>Message IDs of IDONTWANT taken from a peer per heartbeat. Default 1000.</summary>
    public int MaxIDontWantLength { get; init; } = 1000;

    /// <summary>Payloads of at least this size are announced by IDONTWANT (bytes). Default 1024.</summary>
    public int IDontWantThreshold { get; init; } = 1024;

    /// <summary>Heartbeats for which an IDONTWANT is heeded. Default 3.</summary>
    public int IDontWantTicks { get; init; } = 3;

    /// <summary>How long a peer has to deliver what it advertised and we asked for. Default 3 s.</summary>
    public TimeSpan IWantFollowupTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a message ID is remembered to recognise duplicates. Default 120 s.</summary>
    public TimeSpan SeenTimeToLive { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Most message IDs remembered; the oldest go first. Default 262144.</summary>
    public int SeenCapacity { get; init; } = 262_144;

    /// <summary>Topics of one peer that are taken note of. Default 1024.</summary>
    public int MaxTopicsPerPeer { get; init; } = 1024;

    /// <summary>Largest RPC in either direction (bytes, 1 KiB to 16 MiB); a larger one costs the peer its stream. Default 1 MiB.</summary>
    public int MaxRpcSize { get; init; } = 1 << 20;

    /// <summary>RPCs queued for a slow peer; past it the least valuable are dropped. Default 1024.</summary>
    public int OutboundQueueLength { get; init; } = 1024;

    /// <summary>Bytes queued for a slow peer; past it the least valuable are dropped. Default 4 MiB.</summary>
    public int OutboundQueueBytes { get; init; } = 4 << 20;

    /// <summary>Messages that wait for validation; more are ignored. Default 8192.</summary>
    public int ValidationQueueLength { get; init; } = 8192;

    /// <summary>Bytes that wait for validation; more are ignored. Default 32 MiB.</summary>
    public long ValidationQueueBytes { get; init; } = 32 << 20;

    /// <summary>Asynchronous validations at once; more are ignored. Default 1024.</summary>
    public int ValidationConcurrency { get; init; } = 1024;

    /// <summary>How long an asynchronous validator may take; past it the message is ignored. Default 10 s.</summary>
    public TimeSpan ValidationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A write that a peer does not take for this long costs it its stream. Default 30 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Which form of the default message ID new peers are addressed in; both are understood. Default go-libp2p's.</summary>
    public MessageIdForm MessageIdForm { get; init; } = MessageIdForm.PeerIdAndSequence;

    /// <summary>Replaces the default message ID (author and sequence number).</summary>
    public MessageIdFunction? MessageId { get; init; }

    /// <summary>How peers are scored; null switches scoring off.</summary>
    public PeerScoreParameters? Scoring { get; init; } = new();

    /// <summary>Throws where values are out of range or contradict each other.</summary>
    /// <exception cref="ArgumentException">Says what is wrong.</exception>
    public void Validate() => GossipSubOptionsValidator.Validate(this);
}
