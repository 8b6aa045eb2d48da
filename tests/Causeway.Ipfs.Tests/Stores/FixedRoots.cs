using System.Runtime.CompilerServices;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>Roots that stay the same.</summary>
internal sealed class FixedRoots(params Cid[] roots) : IGcRoots
{
    public async IAsyncEnumerable<Cid> GetRootsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var root in roots) yield return root;
    }
}
