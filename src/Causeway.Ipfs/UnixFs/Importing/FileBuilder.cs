using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs.Layouts;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Importing;

/// <summary>Makes a file of leaves that come in order. No I/O: what it makes goes to the batch.</summary>
internal sealed class FileBuilder
{
    private readonly ImportProfile _profile;
    private readonly UnixFsMetadata _metadata;
    private readonly BlockBatch _batch;
    private readonly Layout _layout;
    private Leaf? _single;
    private bool _hasBegun;

    public FileBuilder(ImportProfile profile, UnixFsMetadata metadata, BlockBatch batch)
    {
        _profile = profile;
        _metadata = metadata;
        _batch = batch;
        _layout = profile.Layout == FileLayout.Balanced ? new BalancedLayout(profile.MaxLinks, Link) : new TrickleLayout(profile.MaxLinks, Link);
    }

    public void Add(Leaf leaf)
    {
        // A first leaf may become the file itself, and is another block then; that is not known before there is a second one.
        if (!_hasBegun && _profile.SingleLeafIsFile)
        {
            _hasBegun = true;
            _single = leaf;
            return;
        }

        if (_single is { } first)
        {
            _single = null;
            Take(first);
        }

        Take(leaf);
    }

    public FilePart Finish()
    {
        if (_single is not { } only) return _layout.Finish();
        if (_metadata.IsEmpty)
        {
            _batch.Add(only.Block);
            return only.Part;
        }

        // Metadata has a place in a UnixFS message only.
        var message = UnixFsDataWriter.Write(new UnixFsData
        {
            Type = UnixFsType.File,
            Data = only.Content,
            FileSize = (ulong)only.Content.Length,
            Metadata = _metadata,
        });
        return Put(new DagPbNode { Data = message }, (ulong)only.Content.Length);
    }

    private void Take(Leaf leaf)
    {
        _batch.Add(leaf.Block);
        _layout.Add(leaf.Part);
    }

    private FilePart Link(IReadOnlyList<FilePart> parts)
    {
        var links = new List<DagPbLink>(parts.Count);
        var sizes = new List<ulong>(parts.Count);
        var size = 0UL;
        foreach (var part in parts)
        {
            // An empty file has no parts, even where its one leaf is not the file itself.
            if (part.Size == 0) continue;
            links.Add(new DagPbLink(part.Cid, "", part.DagSize));
            sizes.Add(part.Size);
            size += part.Size;
        }

        // Helia writes a file's metadata to each of its nodes, Kubo to the root only. Files of one level, nearly all, are the same either way.
        var message = UnixFsDataWriter.Write(new UnixFsData { Type = UnixFsType.File, FileSize = size, BlockSizes = sizes, Metadata = _metadata });
        return Put(new DagPbNode { Links = links, Data = message }, size);
    }

    private FilePart Put(DagPbNode node, ulong size)
    {
        var block = DagPb.Encode(node);
        return new FilePart(_batch.Add(_profile.CidVersion, Multicodec.DagPb, block), size, UnixFsNode.DagSizeOf(block.Length, node.Links));
    }
}
