using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs.Importing;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Ipfs.UnixFs.Reading;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>
/// A folder in many blocks: a trie over the hashes of its entries' names. It has one form for the same entries, whatever the way to them: two or more names with the same
/// hash so far share a shard, and one alone has none. Shards are fetched when they are needed, and written anew when something in them has changed.
/// </summary>
internal sealed class ShardedFolder(IBlockSource source, HamtShard root, UnixFsMetadata metadata) : Folder(metadata)
{
    public override async ValueTask<UnixFsLink?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var hash = NameHash.Of(name);
        for (var shard = root; ;)
        {
            var place = shard.Shape.PlaceOf(hash, shard.Level);
            switch (shard[place])
            {
                case HamtEntry entry: return entry.Link.Name == name ? entry.Link : null;
                case HamtReference or HamtShard: shard = await LoadAsync(shard, place, hash, cancellationToken).ConfigureAwait(false); break;
                default: return null;
            }
        }
    }

    public override IAsyncEnumerable<UnixFsLink> ListAsync(CancellationToken cancellationToken) => HamtWalk.ListAsync(source, root, 0, cancellationToken);

    public override FolderRoot Write(BlockBatch batch, int cidVersion) => Write(batch, cidVersion, root, Metadata);

    protected override async ValueTask<UnixFsLink?> ReplaceAsync(UnixFsLink entry, CancellationToken cancellationToken)
    {
        var hash = NameHash.Of(entry.Name);
        for (var shard = root; ;)
        {
            var place = shard.Shape.PlaceOf(hash, shard.Level);
            switch (shard[place])
            {
                case null:
                    shard[place] = new HamtEntry(entry);
                    return null;
                case HamtEntry same when same.Link.Name == entry.Name:
                    shard[place] = new HamtEntry(entry);
                    return same.Link;
                case HamtEntry other:
                    // The one that is there moves one level down, and this one follows it; it may meet it there again.
                    if (shard.Level + 1 >= shard.Shape.Levels) throw new IpfsException(IpfsError.TooLarge, $"'{entry.Name}' and '{other.Link.Name}' have the same hash; rename one of them.");
                    var below = new HamtShard(shard.Shape, shard.Level + 1);
                    below[below.Shape.PlaceOf(NameHash.Of(other.Link.Name), below.Level)] = other;
                    shard[place] = below;
                    shard = below;
                    break;
                default:
                    shard = await LoadAsync(shard, place, hash, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    protected override async ValueTask<bool> TakeOutAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is null) return false;
        TakeOut(root, name, NameHash.Of(name));
        return true;
    }

    private static void TakeOut(HamtShard shard, string name, ulong hash)
    {
        // All shards on the way are in memory: the entry was found just now.
        var place = shard.Shape.PlaceOf(hash, shard.Level);
        if (shard[place] is not HamtShard below)
        {
            shard[place] = null;
            return;
        }

        TakeOut(below, name, hash);
        if (below.Count > 1) return;
        if (below.Only is HamtEntry or null) shard[place] = below.Only;
    }

    private static FolderRoot Write(BlockBatch batch, int cidVersion, HamtShard shard, UnixFsMetadata metadata)
    {
        var links = new List<DagPbLink>(shard.Count);
        for (var place = 0; place < shard.Shape.Fanout; place++)
        {
            switch (shard[place])
            {
                case HamtEntry { Link: var entry }:
                    links.Add(new DagPbLink(entry.Cid, shard.Shape.PrefixOf(place) + entry.Name, entry.Size));
                    break;
                case HamtReference unchanged:
                    links.Add(new DagPbLink(unchanged.Cid, shard.Shape.PrefixOf(place), unchanged.DagSize));
                    break;
                case HamtShard below:
                    var written = Write(batch, cidVersion, below, default);
                    links.Add(new DagPbLink(written.Cid, shard.Shape.PrefixOf(place), written.DagSize));
                    break;
            }
        }

        var message = new UnixFsData { Type = UnixFsType.HamtShard, Data = shard.BitField(), HashType = NameHash.Code, Fanout = (ulong)shard.Shape.Fanout, Metadata = metadata };
        return Write(batch, cidVersion, message, links);
    }

    /// <summary>The shard at a place, in memory from now on.</summary>
    private async ValueTask<HamtShard> LoadAsync(HamtShard parent, int place, ulong hash, CancellationToken cancellationToken)
    {
        if (parent[place] is HamtShard loaded) return loaded;
        var reference = (HamtReference)parent[place]!;
        var shard = await HamtWalk.LoadAsync(source, reference, parent, parent.Shape.PathOf(hash, parent.Level), cancellationToken).ConfigureAwait(false);
        parent[place] = shard;
        return shard;
    }
}
