using Causeway.Multiformats;

namespace Causeway.Ipfs.GarbageCollection;

/// <summary>
/// Trees that are kept without pins, such as the folder that each page shares. What a collection must be able to rely on: a root is set while a hold is open
/// (<see cref="Blocks.IBlockStore.HoldAsync"/>) under which all of its blocks were put or found here, or were reachable from the root that it follows.
/// </summary>
public interface IGcRoots
{
    /// <summary>The roots as they are now. Blocks below them that are not here do no harm; they are counted, and logged, as missing.</summary>
    IAsyncEnumerable<Cid> GetRootsAsync(CancellationToken cancellationToken);
}
