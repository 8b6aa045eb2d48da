using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs;
using Causeway.Ipfs.UnixFs.Directories;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class UnixFsFuzzTests
{
    private static readonly Cid Target = Block.Create(Multicodec.Raw, new byte[1]).Cid;
    private static readonly Cid Node = Block.Create(Multicodec.DagPb, new byte[1]).Cid;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int Runs => Soak.Count(40_000, 1_000_000);

    [Fact]
    public void Messages_are_read_as_they_are_written_or_refused()
    {
        UnixFsData[] data =
        [
            new() { Type = UnixFsType.File, FileSize = 300, BlockSizes = [100, 200] },
            new() { Type = UnixFsType.Raw, Data = new byte[] { 1, 2, 3 }, FileSize = 3, Metadata = new UnixFsMetadata(0x1C0, new UnixFsTime(-5, 999_999_999)) },
            new() { Type = UnixFsType.HamtShard, Data = new byte[] { 3 }, HashType = NameHash.Code, Fanout = 256, Metadata = new UnixFsMetadata(0x1FF, new UnixFsTime(1_700_000_000, null)) },
            new() { Type = UnixFsType.Symlink, Data = new byte[] { 65 } },
        ];
        byte[][] samples = [.. data.Select(UnixFsDataWriter.Write), Convert.FromHexString("0802180122020101")];
        var mutator = new Mutator(41);
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            if (UnixFsDataReader.Read(mutator.Next(samples).ToArray(), out _) is not { } message) continue;
            accepted++;
            var written = UnixFsDataWriter.Write(message);
            var again = UnixFsDataReader.Read(written, out _);
            Assert.NotNull(again);
            Assert.Equal(written, UnixFsDataWriter.Write(again));
            Assert.Equal((message.Type, message.FileSize, message.HashType, message.Fanout), (again.Type, again.FileSize, again.HashType, again.Fanout));
            Assert.Equal(message.BlockSizes, again.BlockSizes);
            Assert.Equal(message.Metadata.ModifiedTime, again.Metadata.ModifiedTime);
        }

        Assert.InRange(accepted, 100, int.MaxValue);
    }

    [Fact]
    public void Nodes_that_are_accepted_add_up()
    {
        byte[][] samples =
        [
            Encode(new UnixFsData { Type = UnixFsType.File, FileSize = 300, BlockSizes = [100, 200] }, new DagPbLink(Target, "", 100), new DagPbLink(Node, null, 200)),
            Encode(new UnixFsData { Type = UnixFsType.File, Data = new byte[] { 1 }, BlockSizes = [5] }, new DagPbLink(Target, "", ulong.MaxValue)),
            Encode(new UnixFsData { Type = UnixFsType.Directory }, new DagPbLink(Target, "a", 1), new DagPbLink(Node, "b", 2)),
            Encode(new UnixFsData { Type = UnixFsType.Symlink, Data = new byte[] { 65 } }),
        ];
        var accepted = Fuzz(42, samples, (cid, node) =>
        {
            Assert.True(node.Size >= 0);
            if (node.IsFile) Assert.Equal(node.Size, node.Message.Data.Length + node.Message.BlockSizes.Sum(size => (long)size));
            if (node.Message.Type == UnixFsType.Directory) _ = FlatFolder.Create(cid, node);
        });
        Assert.InRange(accepted, 100, int.MaxValue);
    }

    [Fact]
    public void Shards_that_are_accepted_are_written_again_the_same()
    {
        var shard = new HamtShard(new HamtShape(256), 0);
        foreach (var name in (string[])["a", "some name", "ä", "470.txt"]) shard[shard.Shape.PlaceOf(NameHash.Of(name), 0)] = new HamtEntry(new UnixFsLink(name, Target, 5));
        byte[][] samples =
        [
            Encode(shard),
            Encode(new HamtShard(new HamtShape(8), 0) { [3] = new HamtReference(Node, 7), [7] = new HamtReference(Node, 8) }),
            Encode(new HamtShard(new HamtShape(1024), 0) { [1023] = new HamtReference(Node, 7) }),
        ];
        var accepted = Fuzz(43, samples, (cid, node) =>
        {
            if (node.Message.Type != UnixFsType.HamtShard) return;
            var decoded = HamtShard.Decode(cid, node, null);
            Assert.Equal(decoded.Count, node.Links.Count);
            var again = HamtShard.Decode(cid, UnixFsNode.Decode(cid, Encode(decoded)), null);
            Assert.Equal(decoded.BitField(), again.BitField());
            Assert.Equal((decoded.Shape, decoded.Count), (again.Shape, again.Count));
        });
        Assert.InRange(accepted, 100, int.MaxValue);
    }

    /// <summary>Whole trees, some of whose blocks are other ones than they should be: as from a source that does not check hashes, or from somebody who made them so.</summary>
    [Fact]
    public async Task Trees_with_damaged_blocks_are_read_to_their_end_or_refused_and_cost_no_more_than_they_should()
    {
        await using var store = new WatchedStore();
        var blocks = new Dictionary<Cid, byte[]>();
        store.Putting = put =>
        {
            foreach (var block in put) blocks[block.Cid] = block.Data.ToArray();
            return Task.CompletedTask;
        };
        var file = await new UnixFsImporter(store, Some.Deep(FileLayout.Trickle, LeafKind.UnixFsFile)).ImportAsync(new MemoryStream(Noise.Bytes(3000)), cancellationToken: Stop);
        var entries = Enumerable.Range(0, 60).Select(i => new UnixFsLink($"entry {i}", file.Cid, 1));
        var folder = await new UnixFsDirectory(store, new DirectoryProfile { IsAlwaysSharded = true, Fanout = 8 }).CreateAsync(entries, cancellationToken: Stop);
        var source = new DamagedSource([.. blocks.Values], blocks);
        var reader = new UnixFsReader(source);
        for (var run = 0; run < Soak.Count(500, 50_000); run++)
        {
            source.Begin(run);
            try
            {
                await using var stream = await reader.OpenReadAsync(file.Cid, cancellationToken: Stop);
                stream.Position = run % 3000;
                var buffer = new byte[1000];
                for (var total = 0; total < 10_000;)
                {
                    var read = await stream.ReadAsync(buffer, Stop);
                    if (read == 0) break;
                    total += read;
                }
            }
            catch (IpfsException)
            {
                // Refused, as it may be.
            }

            try
            {
                var count = 0;
                await foreach (var entry in reader.ListAsync(folder.Cid, Stop))
                {
                    Assert.True(EntryName.IsAllowed(entry.Name));
                    count++;
                }

                Assert.InRange(count, 1, 60);
            }
            catch (IpfsException)
            {
                // Refused, as it may be.
            }

            Assert.InRange(source.Gets, 1, 2000);
        }
    }

    private static int Fuzz(int seed, byte[][] samples, Action<Cid, UnixFsNode> check)
    {
        var mutator = new Mutator(seed);
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var input = mutator.Next(samples).ToArray();
            try
            {
                check(Node, UnixFsNode.Decode(Node, input));
                accepted++;
            }
            catch (IpfsException error)
            {
                Assert.True(error.Error is IpfsError.Malformed or IpfsError.NotSupported or IpfsError.TooLarge);
            }
        }

        return accepted;
    }

    private static byte[] Encode(UnixFsData data, params DagPbLink[] links) => DagPb.Encode(new DagPbNode { Links = links, Data = UnixFsDataWriter.Write(data) });

    private static byte[] Encode(HamtShard shard)
    {
        var links = new List<DagPbLink>();
        for (var place = 0; place < shard.Shape.Fanout; place++)
        {
            if (shard[place] is HamtEntry { Link: var entry }) links.Add(new DagPbLink(entry.Cid, shard.Shape.PrefixOf(place) + entry.Name, entry.Size));
            if (shard[place] is HamtReference below) links.Add(new DagPbLink(below.Cid, shard.Shape.PrefixOf(place), below.DagSize));
        }

        return Encode(new UnixFsData { Type = UnixFsType.HamtShard, Data = shard.BitField(), HashType = NameHash.Code, Fanout = (ulong)shard.Shape.Fanout }, [.. links]);
    }

    /// <summary>Gives blocks, and now and then a damaged one, or one of the others.</summary>
    private sealed class DamagedSource(byte[][] all, Dictionary<Cid, byte[]> blocks) : IBlockSource
    {
        private Mutator _mutator = new(0);
        private Random _random = new(0);

        public int Gets { get; private set; }

        public void Begin(int seed)
        {
            _mutator = new Mutator(seed);
            _random = new Random(seed);
            Gets = 0;
        }

        public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            Gets++;
            if (!blocks.TryGetValue(cid, out var block)) return ValueTask.FromException<ReadOnlyMemory<byte>>(new IpfsException(IpfsError.BlockNotFound, "Nobody has it."));
            ReadOnlyMemory<byte> given = _random.Next(40) switch
            {
                0 => _mutator.Next([block]).ToArray(),
                1 => all[_random.Next(all.Length)],
                _ => block,
            };
            return ValueTask.FromResult(given);
        }
    }
}
