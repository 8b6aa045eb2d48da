using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class DirectoryTests : IAsyncDisposable
{
    // Small limits, so that small folders have every form.
    private static readonly DirectoryProfile Small = new() { ShardThreshold = 2000, Fanout = 8 };

    private readonly WatchedStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<DirectoryProfile> Profiles { get; } = [DirectoryProfile.Gateway, DirectoryProfile.HeliaDefault, DirectoryProfile.KuboLegacyV0, Small];

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Whatever_the_way_to_its_entries_a_folder_is_the_one_that_is_made_of_them_at_once(DirectoryProfile profile)
    {
        var directory = new UnixFsDirectory(_store, profile);
        var random = new Random(5);
        var entries = new Dictionary<string, UnixFsLink>();
        var root = await directory.CreateEmptyAsync(Stop);
        for (var step = 0; step < 600; step++)
        {
            // First it grows, then it shrinks to nothing.
            var name = $"file {random.Next(120)}";
            if (random.Next(600) > step)
            {
                var entry = Entry(name, random.Next(3));
                entries[name] = entry;
                root = await directory.SetAsync(root, name, entry.Cid, entry.Size, Stop);
            }
            else if (entries.Remove(name))
            {
                root = await directory.RemoveAsync(root, name, Stop);
            }
            else
            {
                Assert.Equal(IpfsError.PathNotFound, (await Assert.ThrowsAsync<IpfsException>(() => directory.RemoveAsync(root, name, Stop))).Error);
            }

            if (step % 7 == 0) Assert.Equal((await directory.CreateAsync(entries.Values, cancellationToken: Stop)).Cid, root);
        }

        foreach (var name in entries.Keys.Order().ToArray()) root = await directory.RemoveAsync(root, name, Stop);
        Assert.Equal(await directory.CreateEmptyAsync(Stop), root);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task What_is_put_of_a_folder_is_held_until_all_of_it_is_there(DirectoryProfile profile)
    {
        List<int> holds = [];
        _store.Putting = _ =>
        {
            holds.Add(_store.Holds);
            return Task.CompletedTask;
        };
        await new UnixFsDirectory(_store, profile).CreateAsync(Enumerable.Range(0, 100).Select(i => Entry($"entry {i}", i)), cancellationToken: Stop);
        Assert.NotEmpty(holds);
        Assert.All(holds, static open => Assert.Equal(1, open));
        Assert.Equal(0, _store.Holds);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task A_folder_lists_and_finds_what_is_in_it(DirectoryProfile profile)
    {
        var entries = Enumerable.Range(0, 3000).Select(i => Entry($"entry {i}", i)).ToArray();
        var root = await new UnixFsDirectory(_store, profile).CreateAsync(entries, cancellationToken: Stop);
        var reader = new UnixFsReader(_store);
        Assert.Equal(entries.OrderBy(entry => entry.Name, StringComparer.Ordinal), await ListAsync(root.Cid));
        var entry = await reader.StatAsync(root.Cid, Stop);
        Assert.Equal((UnixFsKind.Directory, 0, root.DagSize), (entry.Kind, entry.Size, entry.DagSize));
        foreach (var some in entries.Where((_, i) => i % 100 == 0)) Assert.Equal(some.Cid, await reader.ResolveAsync(root.Cid, some.Name, Stop));
        Assert.Equal(IpfsError.PathNotFound, (await Assert.ThrowsAsync<IpfsException>(() => reader.ResolveAsync(root.Cid, "entry", Stop))).Error);
    }

    [Fact]
    public async Task A_folder_is_sharded_when_its_names_and_CIDs_are_over_the_threshold_and_not_before()
    {
        // 36 bytes for a version 1 CID, and names of 14: 40 entries are 2000 bytes.
        var entries = Enumerable.Range(0, 40).Select(i => Entry($"a name for {i:000}", i)).ToList();
        var directory = new UnixFsDirectory(_store, Small);
        var root = (await directory.CreateAsync(entries, cancellationToken: Stop)).Cid;
        Assert.False((await new UnixFsReader(_store).StatAsync(root, Stop)).IsSharded);
        var over = await directory.SetAsync(root, "x", entries[0].Cid, 1, Stop);
        Assert.True((await new UnixFsReader(_store).StatAsync(over, Stop)).IsSharded);
        Assert.Equal(root, await directory.RemoveAsync(over, "x", Stop));
    }

    [Fact]
    public async Task A_change_in_a_large_folder_fetches_and_writes_the_shards_on_the_way_only()
    {
        var directory = new UnixFsDirectory(_store, DirectoryProfile.Gateway);
        var root = await directory.CreateAsync(Enumerable.Range(0, 5000).Select(i => Entry($"entry {i}", i)), cancellationToken: Stop);
        var gets = _store.Gets;
        var count = _store.Count;
        await directory.SetAsync(root.Cid, "one more", Entry("", 7).Cid, 1, Stop);
        Assert.InRange(_store.Gets - gets, 1, 3);
        Assert.InRange(_store.Count - count, 1, 3);
    }

    [Fact]
    public async Task Folders_on_the_way_are_made_and_files_on_the_way_are_not_written_over()
    {
        var directory = new UnixFsDirectory(_store, DirectoryProfile.Gateway);
        var file = await new UnixFsImporter(_store, ImportProfile.Gateway).ImportAsync(new MemoryStream([1, 2, 3]), cancellationToken: Stop);
        var root = await directory.CreateEmptyAsync(Stop);
        root = await directory.SetAsync(root, "/a//b/c.txt", file.Cid, cancellationToken: Stop);
        var reader = new UnixFsReader(_store);
        Assert.Equal(file.Cid, await reader.ResolveAsync(root, "a/b/c.txt", Stop));
        Assert.Equal(root, await reader.ResolveAsync(root, "/", Stop));
        Assert.Equal(UnixFsKind.Directory, (await reader.StatAsync(await reader.ResolveAsync(root, "a/b", Stop), Stop)).Kind);
        await RefusedAsync(IpfsError.WrongKind, () => directory.SetAsync(root, "a/b/c.txt/d", file.Cid, cancellationToken: Stop));
        await RefusedAsync(IpfsError.WrongKind, () => reader.ResolveAsync(root, "a/b/c.txt/d", Stop));
        await RefusedAsync(IpfsError.PathNotFound, () => directory.RemoveAsync(root, "a/x/y", Stop));

        // What a link says of its size, too, is what a fresh import would say.
        var inner = await directory.CreateAsync([new UnixFsLink("c.txt", file.Cid, file.DagSize)], cancellationToken: Stop);
        var middle = await directory.CreateAsync([new UnixFsLink("b", inner.Cid, inner.DagSize)], cancellationToken: Stop);
        Assert.Equal((await directory.CreateAsync([new UnixFsLink("a", middle.Cid, middle.DagSize)], cancellationToken: Stop)).Cid, root);

        root = await directory.RemoveAsync(root, "a/b/c.txt", Stop);
        Assert.Equal(await directory.CreateEmptyAsync(Stop), await reader.ResolveAsync(root, "a/b", Stop));
    }

    [Fact]
    public async Task A_folder_keeps_its_mode_and_time_when_it_changes_its_form()
    {
        var directory = new UnixFsDirectory(_store, Small);
        var time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var root = (await directory.CreateAsync([], new ImportOptions { Mode = 0x1C0, ModifiedTime = time }, Stop)).Cid;
        for (var i = 0; i < 100; i++) root = await directory.SetAsync(root, $"file {i}", Entry("", i).Cid, 1, Stop);
        for (var i = 0; i < 100; i++)
        {
            var entry = await new UnixFsReader(_store).StatAsync(root, Stop);
            Assert.Equal((0x1C0, time), (entry.Mode, entry.ModifiedTime));
            root = await directory.RemoveAsync(root, $"file {i}", Stop);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/../b")]
    [InlineData(".")]
    [InlineData("a\0")]
    public async Task What_is_no_name_is_not_written(string path)
    {
        var directory = new UnixFsDirectory(_store, DirectoryProfile.HeliaDefault);
        var root = await directory.CreateEmptyAsync(Stop);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => directory.SetAsync(root, path, root, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_name_that_is_too_long_or_has_no_UTF_8_is_not_written()
    {
        var directory = new UnixFsDirectory(_store, DirectoryProfile.HeliaDefault);
        var root = await directory.CreateEmptyAsync(Stop);
        await directory.SetAsync(root, new string('x', 1020), root, cancellationToken: Stop);
        await Assert.ThrowsAsync<ArgumentException>(() => directory.SetAsync(root, new string('x', 1021), root, cancellationToken: Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => directory.SetAsync(root, "\uD800", root, cancellationToken: Stop));
    }

    [Theory]
    [InlineData(2, 256, 0)]
    [InlineData(1, 100, 0)]
    [InlineData(1, 2048, 0)]
    [InlineData(1, 256, -1)]
    public void A_profile_out_of_range_is_refused(int version, int fanout, int threshold) =>
        Assert.Throws<ArgumentException>(() => new UnixFsDirectory(_store, new DirectoryProfile { CidVersion = version, Fanout = fanout, ShardThreshold = threshold }));

    private static async Task RefusedAsync(IpfsError error, Func<Task> refused) => Assert.Equal(error, (await Assert.ThrowsAsync<IpfsException>(refused)).Error);

    private static UnixFsLink Entry(string name, int content) =>
        new(name, Block.Create(Multicodec.Raw, BitConverter.GetBytes(content)).Cid, (ulong)content);

    private async Task<IEnumerable<UnixFsLink>> ListAsync(Cid root)
    {
        var entries = new List<UnixFsLink>();
        await foreach (var entry in new UnixFsReader(_store).ListAsync(root, Stop)) entries.Add(entry);
        return entries.OrderBy(entry => entry.Name, StringComparer.Ordinal);
    }
}
