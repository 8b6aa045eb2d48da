using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Support;

/// <summary>A tree of blocks: inner ones are DAG-PB, leaves are random bytes.</summary>
internal sealed class TestTree
{
    public TestTree(int seed, int leaves, int leafLength, int fanOut = 100)
    {
        var random = new Random(seed);
        Leaves = [.. Enumerable.Range(0, leaves).Select(_ => NewLeaf(random, leafLength))];
        var all = new List<Block>(Leaves);
        var level = Leaves;
        do
        {
            level = [.. level.Chunk(fanOut).Select(static children => NewParent(children))];
            all.AddRange(level);
        }
        while (level.Count > 1);
        (Root, Blocks) = (level[0].Cid, all);
    }

    /// <summary>The root's CID.</summary>
    public Cid Root { get; }

    /// <summary>All blocks.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>The leaves, in order.</summary>
    public IReadOnlyList<Block> Leaves { get; }

    private static Block NewLeaf(Random random, int length)
    {
        var data = new byte[length];
        random.NextBytes(data);
        return Block.Create(Multicodec.Raw, data);
    }

    private static Block NewParent(Block[] children) =>
        Block.Create(Multicodec.DagPb, DagPb.Encode(new DagPbNode { Links = [.. children.Select(static child => new DagPbLink(child.Cid, "", (ulong)child.Data.Length))] }));
}
