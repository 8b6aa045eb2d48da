namespace Causeway.Ipfs.Stores;

/// <summary>A block that was read.</summary>
internal sealed record StoredBlock(ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Data, long Epoch);
