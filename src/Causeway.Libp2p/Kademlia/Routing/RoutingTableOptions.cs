namespace Causeway.Libp2p.Kademlia.Routing;

/// <summary>Bounds of a routing table.</summary>
/// <param name="BucketSize">Peers in each bucket (k).</param>
/// <param name="MaxPerGroup">Peers of one IP group in the whole table; 0 for any number.</param>
/// <param name="MaxPerGroupAndBucket">Peers of one IP group in one bucket; 0 for any number.</param>
/// <param name="UsefulnessGrace">A peer that was of no use for so long makes room for another one in a full bucket.</param>
internal sealed record RoutingTableOptions(int BucketSize, int MaxPerGroup, int MaxPerGroupAndBucket, TimeSpan UsefulnessGrace);
