using System.Buffers.Binary;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Tests.Dag;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Car;

public sealed class CarTests
{
    private readonly TestDag _dag = new();

    [Fact]
    public async Task An_archive_of_version_1_is_a_header_and_blocks_with_their_lengths()
    {
        var block = Block.Create(Multicodec.Raw, "hi"u8.ToArray());
        using var target = new MemoryStream();
        var writer = await CarWriter.CreateAsync(target, [block.Cid]);
        await writer.WriteAsync(block);
        await writer.FinishAsync();
        var cid = Convert.ToHexStringLower(block.Cid.Bytes.Span);
        Assert.Equal($"3aa265726f6f747381d82a582500{cid}6776657273696f6e01" + $"26{cid}6869", Convert.ToHexStringLower(target.ToArray()));
    }

    [Theory]
    [InlineData(CarVersion.V1)]
    [InlineData(CarVersion.V2)]
    public async Task A_DAG_is_exported_and_imported_with_every_block(CarVersion version)
    {
        var root = Tree();
        using var archive = new MemoryStream();
        Assert.Equal(_dag.Store.Count, await CarExport.RunAsync(archive, _dag.Store, [root], version));
        foreach (var chunk in new[] { int.MaxValue, 1, 7 })
        {
            await using var store = new MemoryBlockStore();
            var result = await CarImport.RunAsync(new Chunks(archive.ToArray(), chunk), store);
            Assert.Equal([root], result.Roots);
            Assert.Equal((_dag.Store.Count, _dag.Store.Count), (result.Blocks, store.Count));
            Assert.Equal(await TestDag.WalkAsync(_dag.Store, null, root), await TestDag.WalkAsync(store, null, root));
        }
    }

    [Fact]
    public async Task Version_2_has_version_1_within_it_and_begins_with_its_pragma()
    {
        var root = Tree();
        using MemoryStream one = new(), two = new();
        await CarExport.RunAsync(one, _dag.Store, [root]);
        await CarExport.RunAsync(two, _dag.Store, [root], CarVersion.V2);
        var bytes = two.ToArray();
        Assert.Equal("0aa16776657273696f6e02", Convert.ToHexStringLower(bytes[..11]));
        Assert.Equal(one.ToArray(), bytes[51..(51 + (int)one.Length)]);
        Assert.Equal(51 + one.Length, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(43)));
    }

    [Fact]
    public async Task Version_2_needs_a_seekable_stream_and_is_none_before_it_is_finished()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => CarWriter.CreateAsync(new Chunks([], 1), [], CarVersion.V2));
        using var target = new MemoryStream();
        var writer = await CarWriter.CreateAsync(target, [], CarVersion.V2);
        await writer.WriteAsync(Block.Create(Multicodec.Raw, new byte[100]));
        await RefusedAsync(target.ToArray());
        await writer.FinishAsync();
        Assert.Single(await ReadAsync(target.ToArray()));
    }

    [Theory]
    [InlineData(CarVersion.V1, false)]
    [InlineData(CarVersion.V2, false)]
    [InlineData(CarVersion.V2, true)]
    public async Task Blocks_of_a_file_are_read_in_any_order_with_its_index_or_without(CarVersion version, bool withoutIndex)
    {
        var root = Tree();
        var other = _dag.Put(new Block(Cid.CreateV1(Multicodec.Raw, Multihash.Compute(MultihashCode.Sha2_512, "x"u8)), "x"u8.ToArray()));
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using (var file = File.Create(path))
            {
                await CarExport.RunAsync(file, _dag.Store, [root, other], version);
                if (withoutIndex)
                {
                    file.Position = 43;
                    file.Write(new byte[8]);
                }
            }

            using var archive = await CarFile.OpenAsync(path);
            Assert.Equal([root, other], archive.Roots);
            Assert.Equal(version, archive.Version);
            foreach (var cid in Enumerable.Reverse(await TestDag.WalkAsync(_dag.Store, null, root, other)))
                Assert.Equal((await _dag.Store.GetAsync(cid)).ToArray(), (await archive.GetAsync(cid)).ToArray());
            var error = await Assert.ThrowsAsync<IpfsException>(async () => await archive.GetAsync(new TestDag().Leaf("not there")));
            Assert.Equal(IpfsError.BlockNotFound, error.Error);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_block_with_another_hash_than_its_CID_is_refused()
    {
        var archive = await ArchiveAsync();
        archive[^1] ^= 1;
        Assert.Equal(IpfsError.HashMismatch, (await RefusedAsync(archive)).Error);
    }

    [Fact]
    public async Task An_archive_that_ends_in_the_middle_of_a_block_is_refused()
    {
        // A block is a length of one byte, a CID of 36, and its text; only between blocks may an archive end.
        var archive = await ArchiveAsync();
        var second = archive.Length - (1 + 36 + "four".Length);
        var first = second - (1 + 36 + "hi".Length);
        for (var length = 0; length < archive.Length; length++)
            if (length != first && length != second) Assert.Equal(IpfsError.Malformed, (await RefusedAsync(archive[..length])).Error);
        Assert.Equal(2, (await ReadAsync(archive)).Count);
        Assert.Single(await ReadAsync(archive[..second]));
        Assert.Empty(await ReadAsync(archive[..first]));
    }

    [Theory]
    [InlineData("", IpfsError.Malformed)]
    [InlineData("00", IpfsError.Malformed)]
    [InlineData("01a0", IpfsError.Malformed)]
    [InlineData("ffffffffffffffff7f", IpfsError.TooLarge)]
    [InlineData("ffffffffffffffffff01", IpfsError.Malformed)]
    [InlineData("818040", IpfsError.TooLarge)]
    [InlineData("0aa16776657273696f6e01", IpfsError.Malformed)]
    [InlineData("0aa16776657273696f6e03", IpfsError.NotSupported)]
    [InlineData("0ba16776657273696f6e6131", IpfsError.NotSupported)]
    [InlineData("11a265726f6f7473806776657273696f6e02", IpfsError.NotSupported)]
    [InlineData("12a265726f6f747381006776657273696f6e01", IpfsError.Malformed)]
    [InlineData("11a265726f6f7473006776657273696f6e01", IpfsError.Malformed)]
    [InlineData("14a361780065726f6f7473806776657273696f6e01", IpfsError.Malformed)]
    [InlineData("11a26776657273696f6e0165726f6f747380", IpfsError.Malformed)]
    [InlineData("11a265726f6f7473806776657273696f6e0100", IpfsError.Malformed)]
    [InlineData("11a265726f6f7473806776657273696f6e010301", IpfsError.Malformed)]
    [InlineData("11a265726f6f7473806776657273696f6e0103015500", IpfsError.Malformed)]
    [InlineData("11a265726f6f7473806776657273696f6e01818080018081", IpfsError.Malformed)]
    [InlineData("11a265726f6f7473806776657273696f6e018180a001", IpfsError.TooLarge)]
    [InlineData("11a265726f6f7473806776657273696f6e010701551101aabbcc", IpfsError.NotSupported)]
    [InlineData("0aa16776657273696f6e02", IpfsError.Malformed)]
    public async Task Other_bytes_are_refused(string hex, IpfsError error) => Assert.Equal(error, (await RefusedAsync(Convert.FromHexString(hex))).Error);

    [Theory]
    [InlineData(50, 100, 0)]
    [InlineData(51, 0, 0)]
    [InlineData(51, -1, 0)]
    [InlineData(51, long.MaxValue, 0)]
    [InlineData(-1, 10, 0)]
    [InlineData(51, 100, 150)]
    [InlineData(51, 100, -1)]
    [InlineData(51, 5, 0)]
    [InlineData(60, 1000, 0)]
    [InlineData(100_000, 1000, 0)]
    public async Task Offsets_that_contradict_one_another_or_lead_elsewhere_are_refused(long offset, long length, long index)
    {
        var root = Tree();
        using var target = new MemoryStream();
        await CarExport.RunAsync(target, _dag.Store, [root], CarVersion.V2);
        var bytes = target.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(27), offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(35), length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(43), index);
        Assert.Equal(IpfsError.Malformed, (await RefusedAsync(bytes)).Error);
    }

    [Fact]
    public async Task More_than_the_limits_allow_is_refused()
    {
        var archive = await ArchiveAsync();
        Assert.Equal(IpfsError.TooLarge, (await RefusedAsync(archive, new CarLimits { MaxBlocks = 1 })).Error);
        Assert.Equal(IpfsError.TooLarge, (await RefusedAsync(archive, new CarLimits { MaxBytes = 5 })).Error);
        var limits = new CarLimits { MaxBlocks = 2, MaxBytes = 6 };
        await using var reader = await CarReader.OpenAsync(new MemoryStream(archive), limits);
        Assert.Equal(2, await reader.ReadAllAsync().CountAsync());
    }

    [Fact]
    public async Task Zeros_between_header_and_data_of_version_2_are_stepped_over()
    {
        var root = Tree();
        using var target = new MemoryStream();
        await CarExport.RunAsync(target, _dag.Store, [root]);
        var bytes = new byte[100_000 + target.Length + 3];
        CarHeader.WriteV2(target.Length, 0).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(27), 100_000);
        target.ToArray().CopyTo(bytes, 100_000);
        Assert.Equal(_dag.Store.Count, (await ReadAsync(bytes)).Count);
    }

    [Fact]
    public async Task Bytes_of_any_kind_are_an_archive_or_refused_without_harm()
    {
        var root = _dag.Node("root", _dag.Leaf("a"), _dag.Leaf("b"));
        using MemoryStream one = new(), two = new();
        await CarExport.RunAsync(one, _dag.Store, [root]);
        await CarExport.RunAsync(two, _dag.Store, [root], CarVersion.V2);
        byte[][] samples = [one.ToArray(), two.ToArray()];
        var mutator = new Mutator(43);
        var whole = 0;
        for (var i = 0; i < Soak.Count(10_000, 1_000_000); i++)
        {
            var input = mutator.Next(samples).ToArray();
            try
            {
                await using var reader = await CarReader.OpenAsync(new MemoryStream(input));
                while (await reader.ReadAsync() is { } block)
                {
                    Assert.True(block.Cid.Hash.Matches(block.Data.Span));
                    whole++;
                }
            }
            catch (IpfsException)
            {
                // Refused.
            }
        }

        Assert.InRange(whole, 100, int.MaxValue);
    }

    [Fact]
    public async Task An_index_of_any_kind_leads_to_the_right_block_or_to_none()
    {
        var builder = new CarIndexBuilder();
        var hashes = Enumerable.Range(0, 5).Select(static i => Multihash.Compute(i % 2 == 0 ? MultihashCode.Sha2_256 : MultihashCode.Sha2_512, [(byte)i])).ToArray();
        for (var i = 0; i < hashes.Length; i++) builder.Add(hashes[i], i * 100);
        using var target = new MemoryStream();
        await builder.WriteAsync(target, default);
        byte[][] samples = [target.ToArray()];
        var index = await CarIndex.ReadAsync(new MemoryStream(samples[0]), samples[0].Length, default);
        for (var i = 0; i < hashes.Length; i++) Assert.Equal(i * 100, index!.Find(hashes[i]));
        Assert.Null(index!.Find(Multihash.Compute(MultihashCode.Sha2_256, "other"u8)));
        var mutator = new Mutator(44);
        for (var i = 0; i < Soak.Count(10_000, 1_000_000); i++)
        {
            var input = mutator.Next(samples).ToArray();
            try
            {
                var read = await CarIndex.ReadAsync(new MemoryStream(input), input.Length, default);
                foreach (var hash in hashes) _ = read?.Find(hash);
            }
            catch (IpfsException error)
            {
                Assert.Equal(IpfsError.Malformed, error.Error);
            }
        }
    }

    private static async Task<byte[]> ArchiveAsync()
    {
        var dag = new TestDag();
        var (one, two) = (dag.Leaf("hi"), dag.Leaf("four"));
        using var target = new MemoryStream();
        await CarExport.RunAsync(target, dag.Store, [one, two]);
        return target.ToArray();
    }

    private static async Task<List<Block>> ReadAsync(byte[] archive)
    {
        await using var reader = await CarReader.OpenAsync(new MemoryStream(archive));
        return await reader.ReadAllAsync().ToListAsync();
    }

    private static Task<IpfsException> RefusedAsync(byte[] archive, CarLimits? limits = null) => Assert.ThrowsAsync<IpfsException>(async () =>
    {
        await using var reader = await CarReader.OpenAsync(new MemoryStream(archive), limits);
        await reader.ReadAllAsync().CountAsync();
    });

    private Cid Tree() => _dag.Node("root", [.. Enumerable.Range(0, 30).Select(i => _dag.Node($"{i}", _dag.Leaf($"{i}"), _dag.Leaf(new string('x', i * 1000))))]);

    /// <summary>A stream that gives a few bytes at a time and cannot be sought in.</summary>
    private sealed class Chunks(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
