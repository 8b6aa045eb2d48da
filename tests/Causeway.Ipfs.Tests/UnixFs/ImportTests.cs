using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class ImportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<FileLayout, LeafKind, int> Shapes()
    {
        var shapes = new TheoryData<FileLayout, LeafKind, int>();
        foreach (var layout in Enum.GetValues<FileLayout>())
            foreach (var leaves in Enum.GetValues<LeafKind>())
                foreach (var length in (int[])[0, 1, 99, 100, 101, 300, 301, 900, 901, 2701, 10_000, 33_333]) shapes.Add(layout, leaves, length);
        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task What_was_imported_is_read_back(FileLayout layout, LeafKind leaves, int length)
    {
        await using var store = new MemoryBlockStore();
        var content = Noise.Bytes(length);
        var file = await new UnixFsImporter(store, Some.Deep(layout, leaves)).ImportAsync(new MemoryStream(content), cancellationToken: Stop);
        Assert.Equal(content, await Some.ReadAsync(store, file.Cid));
        Assert.Equal((UnixFsKind.File, length, file.DagSize), await Some.StatAsync(store, file.Cid));
    }

    [Theory]
    [InlineData(3, 3, "3")]
    [InlineData(3, 4, "(3)(1)")]
    [InlineData(3, 9, "(3)(3)(3)")]
    [InlineData(3, 10, "((3)(3)(3))((1))")]
    [InlineData(2, 7, "((2)(2))((2)(1))")]
    [InlineData(2, 9, "(((2)(2))((2)(2)))(((1)))")]
    public async Task A_balanced_file_has_all_leaves_at_the_same_depth(int maxLinks, int leaves, string shape) =>
        Assert.Equal(shape, await ShapeAsync(new ImportProfile { Chunker = Chunker.Fixed(1), MaxLinks = maxLinks }, leaves));

    [Theory]
    [InlineData(2, 2, "2")]
    [InlineData(2, 3, "2(1)")]
    [InlineData(2, 10, "2(2)(2)(2)(2)")]
    [InlineData(2, 12, "2(2)(2)(2)(2)(2)")]
    [InlineData(2, 23, "2(2)(2)(2)(2)(2(2)(2)(2)(2))(2(1))")]
    public async Task A_trickle_file_has_its_first_leaves_at_the_root_and_later_ones_deeper(int maxLinks, int leaves, string shape) =>
        Assert.Equal(shape, await ShapeAsync(new ImportProfile { Chunker = Chunker.Fixed(1), MaxLinks = maxLinks, Layout = FileLayout.Trickle }, leaves));

    [Fact]
    public async Task A_stream_that_gives_its_bytes_in_pieces_gives_the_same_file()
    {
        await using var store = new MemoryBlockStore();
        var content = Noise.Bytes(5000);
        foreach (var profile in (ImportProfile[])[Some.Deep(), Some.Deep() with { Chunker = Chunker.Rabin(128, 64, 256, RabinPolynomial.Helia) }])
        {
            var whole = await new UnixFsImporter(store, profile).ImportAsync(new MemoryStream(content), cancellationToken: Stop);
            var pieces = await new UnixFsImporter(store, profile).ImportAsync(new PiecewiseStream(content, 7), cancellationToken: Stop);
            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public async Task Mode_and_time_make_a_single_raw_leaf_a_node_and_are_read_back()
    {
        await using var store = new MemoryBlockStore();
        var time = new DateTimeOffset(2024, 2, 29, 12, 34, 56, TimeSpan.Zero).AddTicks(1_234_567);
        foreach (var length in (int[])[5, 500])
        {
            var content = Noise.Bytes(length);
            var file = await new UnixFsImporter(store, Some.Deep()).ImportAsync(new MemoryStream(content), new ImportOptions { Mode = 0x1FF, ModifiedTime = time }, Stop);
            Assert.Equal(Multicodec.DagPb, file.Cid.Codec);
            var entry = await new UnixFsReader(store).StatAsync(file.Cid, Stop);
            Assert.Equal((0x1FF, time), (entry.Mode, entry.ModifiedTime));
            Assert.Equal(content, await Some.ReadAsync(store, file.Cid));
        }
    }

    [Fact]
    public async Task A_time_before_1970_is_kept()
    {
        await using var store = new MemoryBlockStore();
        var time = new DateTimeOffset(1969, 12, 31, 23, 59, 59, TimeSpan.Zero).AddMilliseconds(250);
        var file = await new UnixFsImporter(store, ImportProfile.Gateway).ImportAsync(new MemoryStream([1]), new ImportOptions { ModifiedTime = time }, Stop);
        Assert.Equal(time, (await new UnixFsReader(store).StatAsync(file.Cid, Stop)).ModifiedTime);
    }

    [Fact]
    public async Task A_symbolic_link_keeps_its_target()
    {
        await using var store = new MemoryBlockStore();
        var link = await new UnixFsImporter(store, ImportProfile.HeliaDefault).ImportSymlinkAsync("../å/target", cancellationToken: Stop);
        var entry = await new UnixFsReader(store).StatAsync(link.Cid, Stop);
        Assert.Equal((UnixFsKind.Symlink, "../å/target"), (entry.Kind, entry.Target));
        var error = await Assert.ThrowsAsync<IpfsException>(() => new UnixFsReader(store).OpenReadAsync(link.Cid, cancellationToken: Stop));
        Assert.Equal(IpfsError.WrongKind, error.Error);
    }

    [Fact]
    public async Task Progress_is_reported_in_order_and_ends_with_the_length()
    {
        await using var store = new MemoryBlockStore();
        var reports = new ReportList();
        await new UnixFsImporter(store, Some.Deep()).ImportAsync(new MemoryStream(new byte[1050]), new ImportOptions { Progress = reports }, Stop);
        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1050], reports.Values);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8193, 1)]
    [InlineData(174, 2)]
    public void A_profile_out_of_range_is_refused(int maxLinks, int version) =>
        Assert.Throws<ArgumentException>(() => new UnixFsImporter(new MemoryBlockStore(), new ImportProfile { MaxLinks = maxLinks, CidVersion = version }));

    private static async Task<string> ShapeAsync(ImportProfile profile, int leaves)
    {
        await using var store = new MemoryBlockStore();
        var file = await new UnixFsImporter(store, profile).ImportAsync(new MemoryStream(Noise.Bytes(leaves)), cancellationToken: Stop);
        return Some.Shape(store, file.Cid);
    }

    private sealed class ReportList : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
