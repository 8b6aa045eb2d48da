using System.Runtime.InteropServices;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>How long not to graft a peer in a topic.</summary>
/// <param name="Until">When it ends, by the router's clock.</param>
/// <param name="AskedBy">
/// <see cref="RoutedPeer.Incarnation"/> of the peer that asked for it, by a PRUNE; null where we pruned the peer. A peer that has come again, restarted perhaps,
/// does not know what it asked for, and may graft us.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Backoff(TimeSpan Until, long? AskedBy);
