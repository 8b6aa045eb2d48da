namespace Causeway.Ipfs.Stores;

/// <summary>How much a store holds.</summary>
/// <param name="Blocks">Blocks.</param>
/// <param name="Bytes">Their lengths together, in bytes; the database needs some more.</param>
/// <param name="MaxBytes">The store's quota in bytes.</param>
public sealed record StoreUsage(long Blocks, long Bytes, long MaxBytes);
