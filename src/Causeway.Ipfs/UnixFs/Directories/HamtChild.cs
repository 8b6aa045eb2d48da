namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>What is at a place of a shard: an entry, a shard that is still to be fetched, or one in memory.</summary>
internal abstract class HamtChild;
