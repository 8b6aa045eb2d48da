using System.Runtime.CompilerServices;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs.Importing;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>A folder in one block: each entry is a link.</summary>
internal sealed class FlatFolder(UnixFsMetadata metadata) : Folder(metadata)
{
    // In the block's order, which a listing keeps; new ones go to the end, and writing sorts.
    private readonly OrderedDictionary<string, UnixFsLink> _entries = new(StringComparer.Ordinal);

    /// <summary>The folder of a node. Where a name is there twice the first one counts, and the other is not written again (ipfs/specs, UnixFS, "Directory Path Resolution").</summary>
    public static FlatFolder Create(Cid cid, UnixFsNode node)
    {
        var folder = new FlatFolder(node.Message.Metadata);
        foreach (var link in node.Links)
        {
            if (!EntryName.IsAllowed(link.Name)) throw UnixFsNode.Malformed(cid, "an entry has a name that is not allowed");
            folder._entries.TryAdd(link.Name, new UnixFsLink(link.Name, link.Hash, link.Size ?? 0));
        }

        return folder;
    }

    public override ValueTask<UnixFsLink?> FindAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(_entries.GetValueOrDefault(name));

    public override async IAsyncEnumerable<UnixFsLink> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var entry in _entries.Values) yield return entry;
    }

    public override FolderRoot Write(BlockBatch batch, int cidVersion) => Write(
        batch,
        cidVersion,
        new UnixFsData { Type = UnixFsType.Directory, Metadata = Metadata },
        [.. _entries.Values.Select(static entry => new DagPbLink(entry.Cid, entry.Name, entry.Size))]);

    protected override ValueTask<UnixFsLink?> ReplaceAsync(UnixFsLink entry, CancellationToken cancellationToken)
    {
        _entries.TryGetValue(entry.Name, out var before);
        _entries[entry.Name] = entry;
        return ValueTask.FromResult(before);
    }

    protected override ValueTask<bool> TakeOutAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(_entries.Remove(name));
}
