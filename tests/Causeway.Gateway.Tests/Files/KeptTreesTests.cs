using Causeway.Gateway.Files;
using Causeway.Gateway.Files.Tree;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Gateway.Tests.Files.OwnFilesTests;

namespace Causeway.Gateway.Tests.Files;

/// <summary>Trees that outlive pages, and the process.</summary>
public sealed class KeptTreesTests : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("causeway-files-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_tree_survives_the_gateway()
    {
        string key, root;
        await using (var files = await OpenAsync())
        {
            await using var gateway = await TestGateway.StartAsync(files: files);
            var page = await gateway.OpenAsync();
            root = (await StoreAsync(page, "a/b", "content")).GetProperty("rootCid").GetString()!;
            key = page.PeerKey;
        }

        await using (var files = await OpenAsync())
        {
            await using var gateway = await TestGateway.StartAsync(files: files);
            var page = await gateway.OpenAsync(key);
            Assert.Equal(root, (await ListAsync(page, page.PeerId)).GetProperty("cid").GetString());
        }
    }

    [Fact]
    public async Task Garbage_is_what_no_tree_has_and_what_has_been_left_for_too_long()
    {
        var clock = new ManualTimeProvider();
        await using var store = await SqliteBlockStore.OpenAsync(Path.Combine(_folder, "blocks.db"), time: clock);
        var roots = new TreeRoots(store.Pins, clock);
        await roots.LoadAsync();
        using var collector = new GarbageCollector(store, new GarbageCollectorOptions { Roots = [roots] }, clock);
        var (peer, other) = (NewPeer(), NewPeer());
        var (here, left, never) = (await PutAsync(store, "here"), await PutAsync(store, "left"), await PutAsync(store, "never"));
        var visit = new object();
        await roots.SetAsync(peer, here, visit);
        await roots.SetAsync(other, left, visit);
        await roots.LeaveAsync(other, visit);
        await collector.RunAsync();
        Assert.True(await store.HasAsync(here));
        Assert.True(await store.HasAsync(left));
        Assert.False(await store.HasAsync(never));

        clock.Advance(TimeSpan.FromDays(31));
        await roots.ForgetAsync(TimeSpan.FromDays(30));
        await collector.RunAsync();
        Assert.True(await store.HasAsync(here));
        Assert.False(await store.HasAsync(left));
        Assert.Null(roots.Find(other));
    }

    [Fact]
    public async Task After_a_crash_the_trees_of_pages_that_were_here_are_kept_and_the_latest_root_counts()
    {
        var clock = new ManualTimeProvider();
        var peer = NewPeer();
        await using var store = await SqliteBlockStore.OpenAsync(Path.Combine(_folder, "blocks.db"), time: clock);
        var (first, second) = (await PutAsync(store, "first"), await PutAsync(store, "second"));

        // The crash came between the new pin and the end of the old one.
        await new TreeRoots(store.Pins, clock).SetAsync(peer, first, this);
        clock.Advance(TimeSpan.FromSeconds(1));
        await new TreeRoots(store.Pins, clock).SetAsync(peer, second, this);
        var again = new TreeRoots(store.Pins, clock);
        await again.LoadAsync();
        Assert.Equal(second, again.Find(peer));
        clock.Advance(TimeSpan.FromDays(29));
        await again.ForgetAsync(TimeSpan.FromDays(30));
        Assert.Equal(second, again.Find(peer));
        var pins = new List<Cid>();
        await foreach (var pin in store.Pins.ListAsync()) pins.Add(pin.Key.Root);
        Assert.Equal(second.ToV1(), Assert.Single(pins));
    }

    [Fact]
    public async Task A_page_that_was_here_for_long_before_a_crash_has_gone_only_then()
    {
        var clock = new ManualTimeProvider();
        var peer = NewPeer();
        await using var store = await SqliteBlockStore.OpenAsync(Path.Combine(_folder, "blocks.db"), time: clock);
        var root = await PutAsync(store, "content");
        await new TreeRoots(store.Pins, clock).SetAsync(peer, root, this);
        clock.Advance(TimeSpan.FromDays(40));
        var again = new TreeRoots(store.Pins, clock);
        await again.LoadAsync();
        await again.ForgetAsync(TimeSpan.FromDays(30));
        Assert.Equal(root, again.Find(peer));
        clock.Advance(TimeSpan.FromDays(31));
        await again.ForgetAsync(TimeSpan.FromDays(30));
        Assert.Null(again.Find(peer));
    }

    [Fact]
    public async Task A_page_that_is_back_before_its_leaving_is_noted_has_not_left()
    {
        var clock = new ManualTimeProvider();
        var peer = NewPeer();
        await using var store = await SqliteBlockStore.OpenAsync(Path.Combine(_folder, "blocks.db"), time: clock);
        var root = await PutAsync(store, "root");
        var roots = new TreeRoots(store.Pins, clock);
        var (first, second) = (new object(), new object());
        await roots.SetAsync(peer, root, first);
        await roots.SetAsync(peer, root, second);
        await roots.LeaveAsync(peer, first);
        clock.Advance(TimeSpan.FromDays(31));
        await roots.ForgetAsync(TimeSpan.FromDays(30));
        Assert.Equal(root, roots.Find(peer));
        await roots.LeaveAsync(peer, second);
        clock.Advance(TimeSpan.FromDays(31));
        await roots.ForgetAsync(TimeSpan.FromDays(30));
        Assert.Null(roots.Find(peer));
    }

    private Task<GatewayFiles> OpenAsync() => GatewayFiles.OpenAsync(Path.Combine(_folder, "blocks.db"), null, null, NullLoggerFactory.Instance);

    private static PeerId NewPeer()
    {
        using var key = Causeway.Cryptography.Keys.PrivateKey.Generate();
        return PeerId.FromPublicKey(key.PublicKey);
    }

    private static async Task<Cid> PutAsync(IBlockStore store, string text)
    {
        var file = await new Ipfs.UnixFs.UnixFsImporter(store, Ipfs.UnixFs.ImportProfile.KuboLegacyV0).ImportAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));
        return file.Cid;
    }
}
