using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>What the router knows of one topic.</summary>
internal sealed class TopicState(string name)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>Connected peers that are subscribed to it.</summary>
    public HashSet<RoutedPeer> Peers { get; } = [];

    /// <summary>Those of them that get every message: explicit and FloodSub peers.</summary>
    public HashSet<RoutedPeer> Flooded { get; } = [];

    /// <summary>Our mesh; null where we are not subscribed.</summary>
    public HashSet<RoutedPeer>? Mesh { get; set; }

    /// <summary>The peers we publish to without being subscribed; null where we have not published lately.</summary>
    public HashSet<RoutedPeer>? Fanout { get; set; }

    /// <summary>When we last published without being subscribed.</summary>
    public TimeSpan LastPublished { get; set; }

    /// <summary>Until when not to graft a peer. Outlives the peer's connection.</summary>
    public Dictionary<PeerId, Backoff> Backoff { get; } = [];

    /// <summary>How behaviour in this topic is scored; null: not.</summary>
    public TopicScoreParameters? Parameters { get; set; }

    /// <summary>Whether nothing is known that is worth keeping.</summary>
    public bool IsEmpty => Peers.Count == 0 && Mesh is null && Fanout is null && Backoff.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
