using Causeway.Libp2p.PubSub.Routing;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>The protocol IDs, best first (gossipsub specs, "Protocol Id"; go-libp2p-pubsub, <c>gossipsub.go</c> and <c>floodsub.go</c>).</summary>
internal static class PubSubProtocols
{
    private static readonly (string Id, PeerVersion Version)[] Known =
    [
        ("/meshsub/1.2.0", PeerVersion.GossipSub12),
        ("/meshsub/1.1.0", PeerVersion.GossipSub11),
        ("/meshsub/1.0.0", PeerVersion.GossipSub10),
        ("/floodsub/1.0.0", PeerVersion.FloodSub),
    ];

    /// <summary>The IDs.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Known.Select(k => k.Id)];

    /// <summary>What a protocol stands for.</summary>
    public static PeerVersion VersionOf(string protocol) => Known.First(k => k.Id == protocol).Version;

    /// <summary>What to propose to a peer: the best that it is known to speak (which saves a round trip), or all; null where it speaks none.</summary>
    public static IReadOnlyList<string>? Proposal(IReadOnlyCollection<string> spoken)
    {
        if (spoken.Count == 0) return All;
        foreach (var (id, _) in Known)
        {
            if (spoken.Contains(id)) return [id];
        }

        return null;
    }
}
