using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Scoring;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>What the router knows of one connected peer.</summary>
internal sealed class RoutedPeer(PeerId id, PeerVersion version, bool outbound, PeerStats stats, MessageIdForm form)
{
    /// <summary>Who it is.</summary>
    public PeerId Id { get; } = id;

    /// <summary>What it speaks.</summary>
    public PeerVersion Version { get; set; } = version;

    /// <summary>Which beginning of which peer this is, counted by the router; another one with every stream on which the peer begins anew.</summary>
    public long Incarnation { get; set; }

    /// <summary>Whether our stream to it is open; until then it is heard, but nothing is begun with it.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Whether we dialed it (counts for D_out).</summary>
    public bool IsOutbound { get; } = outbound;

    /// <summary>Whether it is an explicit peer: outside mesh and score.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Its score's counters.</summary>
    public PeerStats Stats { get; } = stats;

    /// <summary>The form in which it writes message IDs; learned from those it sends.</summary>
    public MessageIdForm Form { get; set; } = form;

    /// <summary>The topics it is subscribed to.</summary>
    public HashSet<TopicState> Topics { get; } = [];

    /// <summary>Whether it takes part in meshes and gossip.</summary>
    public bool HasMesh => Version > PeerVersion.FloodSub;

    /// <summary>IHAVE RPCs since the last heartbeat.</summary>
    public int IHaveCount { get; set; }

    /// <summary>Message IDs that we asked it for since the last heartbeat.</summary>
    public int AskedCount { get; set; }

    /// <summary>Message IDs that it asked for since the last heartbeat.</summary>
    public int IWantCount { get; set; }

    /// <summary>Message IDs of its IDONTWANTs since the last heartbeat.</summary>
    public int IDontWantCount { get; set; }

    /// <summary>What it has already, with the heartbeats left to heed that.</summary>
    public Dictionary<MessageId, int>? Unwanted { get; set; }

    /// <summary>Topics whose GRAFT or PRUNE found its queue full; tried again at the next heartbeat.</summary>
    public HashSet<TopicState>? Unsent { get; set; }

    /// <summary>Whether messages for it were dropped since the last heartbeat: then it is gossiped to although it is in the mesh.</summary>
    public bool HasMissed { get; set; }

    /// <summary>What the driver keeps with it (its queue).</summary>
    public object? Link { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();
}
