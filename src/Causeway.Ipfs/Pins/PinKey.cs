using Causeway.Multiformats;

namespace Causeway.Ipfs.Pins;

/// <summary>What tells a pin from all others: the same tree may be pinned by many owners, and under many names by each.</summary>
/// <param name="Owner">For whom it is kept; empty for the node itself.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Root">The block at the top.</param>
/// <param name="Kind">How much is kept.</param>
public sealed record PinKey(string Owner, string Name, Cid Root, PinKind Kind);
