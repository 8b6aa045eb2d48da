using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Pb;

/// <summary>A link of a DAG-PB node.</summary>
/// <param name="Hash">What is linked.</param>
/// <param name="Name">Its name within the node, or null where none is written (which is not the same bytes as an empty one).</param>
/// <param name="Size">The bytes of the linked block and of all blocks below it, as whoever made the link says (<c>Tsize</c>); never to be trusted.</param>
public sealed record DagPbLink(Cid Hash, string? Name = null, ulong? Size = null);
