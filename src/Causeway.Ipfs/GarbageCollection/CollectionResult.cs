namespace Causeway.Ipfs.GarbageCollection;

/// <summary>What a collection did.</summary>
/// <param name="Kept">Blocks that pins and other roots keep.</param>
/// <param name="Deleted">Blocks that were deleted.</param>
/// <param name="DeletedBytes">Their lengths together, in bytes.</param>
/// <param name="Missing">Links, and roots, that led to blocks that are not here.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CollectionResult(long Kept, long Deleted, long DeletedBytes, long Missing, TimeSpan Duration);
