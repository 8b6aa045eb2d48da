using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>A shard of a folder in memory: a place for each value that the next bits of a name's hash can have.</summary>
/// <param name="shape">The folder's shape.</param>
/// <param name="level">0 for the root.</param>
internal sealed class HamtShard(HamtShape shape, int level) : HamtChild
{
    private readonly HamtChild?[] _places = new HamtChild?[shape.Fanout];

    public HamtShape Shape { get; } = shape;

    public int Level { get; } = level;

    /// <summary>How many places are taken.</summary>
    public int Count { get; private set; }

    /// <summary>What is there where one place at most is taken.</summary>
    public HamtChild? Only => Array.Find(_places, static child => child is not null);

    public HamtChild? this[int place]
    {
        get => _places[place];
        set
        {
            Count += (value is null ? 0 : 1) - (_places[place] is null ? 0 : 1);
            _places[place] = value;
        }
    }

    /// <summary>
    /// A shard as it is in a block, checked: its bit field against its links, each name against the place it is at. So a shard that is linked twice is refused the second
    /// time, and a graph of shards cannot be larger than the entries it has.
    /// </summary>
    /// <param name="cid">The shard.</param>
    /// <param name="node">Its node.</param>
    /// <param name="parent">The shape and level that its parent asks for, and the places that led to it; null for the root.</param>
    /// <exception cref="IpfsException"><see cref="IpfsError.Malformed"/>, <see cref="IpfsError.NotSupported"/> for other hash functions.</exception>
    public static HamtShard Decode(Cid cid, UnixFsNode node, (HamtShape Shape, int Level, ulong Path)? parent)
    {
        var message = node.Message;
        if (message.Type != UnixFsType.HamtShard) throw UnixFsNode.Malformed(cid, "a part of a sharded folder is no shard");
        if (message.HashType != NameHash.Code) throw new IpfsException(IpfsError.NotSupported, $"The folder {cid} is sharded by hash function {message.HashType:x}; only murmur3-x64-64 is known.");
        if (message.Fanout is not { } fanout || !HamtShape.IsAllowed(fanout)) throw UnixFsNode.Malformed(cid, $"a shard cannot have {message.Fanout} places");
        var shape = new HamtShape((int)fanout);
        if (parent is { } asked && asked.Shape != shape) throw UnixFsNode.Malformed(cid, "its shards have different numbers of places");
        if (parent is not null && node.Links.Count == 0) throw UnixFsNode.Malformed(cid, "a shard of it is empty");
        var shard = new HamtShard(shape, parent?.Level ?? 0);
        shard.Take(cid, node, parent?.Path ?? 0);
        return shard;
    }

    /// <summary>The bit field of a shard: a bit for each place that is taken, the last place's first, without zero bytes in front.</summary>
    public byte[] BitField()
    {
        var field = new byte[Shape.Fanout / 8];
        for (var place = 0; place < _places.Length; place++)
            if (_places[place] is not null) field[^((place / 8) + 1)] |= (byte)(1 << (place % 8));
        return field.AsSpan().TrimStart((byte)0).ToArray();
    }

    private void Take(Cid cid, UnixFsNode node, ulong path)
    {
        var last = -1;
        foreach (var link in node.Links)
        {
            var place = Shape.PlaceOf(link.Name);
            if (place <= last) throw UnixFsNode.Malformed(cid, "a shard's links are not in the order of their places");
            last = place;
            var name = link.Name![Shape.PrefixLength..];
            if (name.Length == 0)
            {
                if (link.Hash.Codec != Multicodec.DagPb || Level + 1 >= Shape.Levels) throw UnixFsNode.Malformed(cid, "a shard leads to something that cannot be one");
                this[place] = new HamtReference(link.Hash, link.Size ?? 0);
                continue;
            }

            if (!EntryName.IsAllowed(name)) throw UnixFsNode.Malformed(cid, "an entry has a name that is not allowed");
            if (Shape.PathOf(NameHash.Of(name), Level) != ((path << Shape.Bits) | (uint)place)) throw UnixFsNode.Malformed(cid, "an entry is where its name does not belong");
            this[place] = new HamtEntry(new UnixFsLink(name, link.Hash, link.Size ?? 0));
        }

        if (!node.Message.Data.Span.TrimStart((byte)0).SequenceEqual(BitField())) throw UnixFsNode.Malformed(cid, "a shard's bit field says something else than its links");
    }
}
