using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Support;

/// <summary>A tree of blocks: inner ones are lists of CIDs, leaves are random bytes. Which codec they have makes no difference to Bitswap.</summary>
internal sealed class TestTree
{
    private const int CidLength = 36;

    public TestTree(int seed, int leaves, int leafLength, int fanOut = 100)
    {
        var random = new Random(seed);
        Leaves = [.. Enumerable.Range(0, leaves).Select(_ => NewLeaf(random, leafLength))];
        var all = new List<Block>(Leaves);
        var level = Leaves;
        do
        {
            level = [.. level.Chunk(fanOut).Select(static children => Block.Create(Multicodec.DagCbor, children.SelectMany(static c => c.Cid.Bytes.ToArray()).ToArray()))];
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

    /// <summary>What a block leads to.</summary>
    public static IReadOnlyList<Cid> Links(Cid cid, ReadOnlyMemory<byte> data) => cid.Codec == Multicodec.Raw
        ? []
        : [.. Enumerable.Range(0, data.Length / CidLength).Select(i => Cid.FromBytes(data.Span.Slice(i * CidLength, CidLength)))];

    private static Block NewLeaf(Random random, int length)
    {
        var data = new byte[length];
        random.NextBytes(data);
        return Block.Create(Multicodec.Raw, data);
    }
}
