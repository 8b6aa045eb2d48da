using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Simulation;

/// <summary>A DHT server of the simulated network: its routing table is the real one.</summary>
internal sealed class SimulatedNode(PeerId peer)
{
    public PeerId Peer => peer;

    public KademliaKey Key { get; } = KademliaKey.Of(peer);

    public RoutingTable Table { get; } = new(KademliaKey.Of(peer), new RoutingTableOptions(BucketSize: 20, 0, 0, TimeSpan.FromMinutes(30)));

    public Behaviour Behaviour { get; set; }
}
