using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>A block as UnixFS sees it: the message and the links that go with it, checked against one another.</summary>
internal sealed class UnixFsNode
{
    /// <summary>Most parts of a file that a node links: twice what imports here may ask for. Many nodes of a hostile file may be in memory at once.</summary>
    private const int MaxParts = 16_384;

    private UnixFsNode(UnixFsData message, IReadOnlyList<DagPbLink> links, long size, ulong dagSize)
    {
        Message = message;
        Links = links;
        Size = size;
        DagSize = dagSize;
    }

    public UnixFsData Message { get; }

    public IReadOnlyList<DagPbLink> Links { get; }

    /// <summary>The file's bytes in this node and below, as its block sizes add up; 0 where it is no file.</summary>
    public long Size { get; }

    /// <summary>The bytes of this block and of what its links claim to lead to.</summary>
    public ulong DagSize { get; }

    public bool IsFile => Message.Type is UnixFsType.File or UnixFsType.Raw;

    public bool IsDirectory => Message.Type is UnixFsType.Directory or UnixFsType.HamtShard;

    /// <summary>The node of a block.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.Malformed"/>, <see cref="IpfsError.TooLarge"/>, or <see cref="IpfsError.NotSupported"/> for another codec.</exception>
    public static UnixFsNode Decode(Cid cid, ReadOnlyMemory<byte> block)
    {
        if (cid.Codec == Multicodec.Raw)
            return new UnixFsNode(new UnixFsData { Type = UnixFsType.File, Data = block, FileSize = (ulong)block.Length }, [], block.Length, (ulong)block.Length);
        if (cid.Codec != Multicodec.DagPb)
            throw new IpfsException(IpfsError.NotSupported, $"{cid} is no file or folder: its codec is {cid.Codec.Name()}, and UnixFS has dag-pb and raw.");
        var node = DagPb.Decode(block);
        if (node.Data is not { } data) throw Malformed(cid, "it has no data");
        var message = UnixFsDataReader.Read(data, out var reason) ?? throw Malformed(cid, reason);
        var size = message.Type switch
        {
            UnixFsType.File or UnixFsType.Raw => SizeOfFile(cid, message, node.Links),
            UnixFsType.Symlink when node.Links.Count > 0 => throw Malformed(cid, "a symbolic link has links"),
            UnixFsType.Metadata => throw new IpfsException(IpfsError.NotSupported, $"{cid} is a metadata node of UnixFS, which nobody reads."),
            _ => 0,
        };
        return new UnixFsNode(message, node.Links, size, DagSizeOf(block.Length, node.Links));
    }

    public static IpfsException Malformed(Cid cid, string reason) => new(IpfsError.Malformed, $"{cid} is not a UnixFS node: {reason}.");

    /// <summary>A block and what its links say. Sizes of others may be lies: they do not overflow.</summary>
    public static ulong DagSizeOf(int blockLength, IReadOnlyList<DagPbLink> links)
    {
        var total = (ulong)blockLength;
        for (var i = 0; i < links.Count; i++)
        {
            var size = links[i].Size ?? 0;
            total = size > ulong.MaxValue - total ? ulong.MaxValue : total + size;
        }

        return total;
    }

    private static long SizeOfFile(Cid cid, UnixFsData message, IReadOnlyList<DagPbLink> links)
    {
        if (message.BlockSizes.Count != links.Count) throw Malformed(cid, $"it has {links.Count} links and {message.BlockSizes.Count} block sizes");
        if (links.Count > MaxParts) throw new IpfsException(IpfsError.TooLarge, $"A node of the file {cid} has {links.Count} parts; {MaxParts} are allowed.");
        var total = (ulong)message.Data.Length;
        for (var i = 0; i < links.Count; i++)
        {
            if (!string.IsNullOrEmpty(links[i].Name)) throw Malformed(cid, "a part of a file has a name");
            if (message.BlockSizes[i] > long.MaxValue - total) throw new IpfsException(IpfsError.TooLarge, $"The file {cid} claims more than 2⁶³ bytes.");
            total += message.BlockSizes[i];
        }

        if (message.FileSize is { } claimed && claimed != total) throw Malformed(cid, $"it claims {claimed} bytes, and has {total}");
        return (long)total;
    }
}
