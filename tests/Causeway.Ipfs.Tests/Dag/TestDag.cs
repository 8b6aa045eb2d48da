using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

/// <summary>A store with DAGs of DAG-CBOR blocks.</summary>
internal sealed class TestDag
{
    public MemoryBlockStore Store { get; } = new();

    public Cid Leaf(string text) => Put(Block.Create(Multicodec.Raw, System.Text.Encoding.UTF8.GetBytes(text)));

    public Cid Node(string name, params Cid[] links) =>
        Put(DagCbor.ToBlock(IpldMap.Of(("name", name), ("links", IpldList.Of([.. links.Select(static link => (IpldValue)link)])))));

    public Cid Put(Block block)
    {
        // In memory it has completed when it returns.
        Store.PutAsync([block]).AsTask().GetAwaiter().GetResult();
        return block.Cid;
    }

    public static async Task<List<Cid>> WalkAsync(IBlockSource source, DagWalkOptions? options, params Cid[] roots)
    {
        List<Cid> met = [];
        await foreach (var block in new DagWalk(source, options).RunAsync(roots)) met.Add(block.Cid);
        return met;
    }
}
