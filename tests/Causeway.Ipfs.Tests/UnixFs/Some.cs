using System.Globalization;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>Inputs and profiles that several tests share.</summary>
internal static class Some
{
    /// <summary>A profile whose files are deep although they are small.</summary>
    public static ImportProfile Deep(FileLayout layout = FileLayout.Balanced, LeafKind leaves = LeafKind.Raw) =>
        new() { Chunker = Chunker.Fixed(100), MaxLinks = 3, Layout = layout, Leaves = leaves };

    /// <summary>The whole of a file.</summary>
    public static async Task<byte[]> ReadAsync(IBlockSource source, Cid cid)
    {
        await using var stream = await new UnixFsReader(source).OpenReadAsync(cid, cancellationToken: TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
        return copy.ToArray();
    }

    public static async Task<(UnixFsKind Kind, long Size, ulong DagSize)> StatAsync(IBlockSource source, Cid cid)
    {
        var entry = await new UnixFsReader(source).StatAsync(cid, TestContext.Current.CancellationToken);
        return (entry.Kind, entry.Size, entry.DagSize);
    }

    /// <summary>A node's shape: how many leaves it links, and in parentheses the nodes that it links. Leaves are raw.</summary>
    public static string Shape(MemoryBlockStore store, Cid cid)
    {
        var links = DagPb.Decode(store.GetAsync(cid).AsTask().GetAwaiter().GetResult()).Links;
        var leaves = links.Count(link => link.Hash.Codec == Multicodec.Raw);
        return (leaves > 0 ? leaves.ToString(CultureInfo.InvariantCulture) : "") + string.Concat(links.Where(link => link.Hash.Codec == Multicodec.DagPb).Select(link => $"({Shape(store, link.Hash)})"));
    }

    /// <summary>Puts a file's node that says whatever it likes.</summary>
    public static async Task<Cid> PutAsync(IBlockStore store, UnixFsData message, params IEnumerable<DagPbLink> links)
    {
        var block = Block.Create(Multicodec.DagPb, DagPb.Encode(new DagPbNode { Links = [.. links], Data = UnixFsDataWriter.Write(message) }));
        await store.PutAsync([block], TestContext.Current.CancellationToken);
        return block.Cid;
    }
}
