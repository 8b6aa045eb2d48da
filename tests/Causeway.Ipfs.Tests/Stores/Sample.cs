using System.Text;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>Blocks and small trees for tests of stores.</summary>
internal static class Sample
{
    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Block Leaf(string text) => Block.Create(Multicodec.Raw, Encoding.UTF8.GetBytes(text));

    public static Block Leaf(int seed, int length)
    {
        var data = new byte[length];
        new Random(seed).NextBytes(data);
        return Block.Create(Multicodec.Raw, data);
    }

    public static async Task<CollectionResult?> CollectAsync(PersistentBlockStore store, GarbageCollectorOptions? options = null)
    {
        using var collector = new GarbageCollector(store, options);
        return await collector.RunAsync(Stop);
    }

    public static Block Node(string text, params IEnumerable<Block> children) => Block.Create(
        Multicodec.DagPb,
        DagPb.Encode(new DagPbNode { Links = [.. children.Select(static child => new DagPbLink(child.Cid, "", 0))], Data = Encoding.UTF8.GetBytes(text) }));
}
