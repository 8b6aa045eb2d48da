using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.Http;
using Causeway.Ipfs.Tests.Dag;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Http;

public sealed class TrustlessGatewayTests
{
    private const int ChunkLength = 1024;

    private readonly TestDag _dag = new();
    private readonly byte[] _content = new byte[50_000];

    public TrustlessGatewayTests() => new Random(5).NextBytes(_content);

    [Fact]
    public async Task A_block_is_given_as_it_is_with_headers_that_let_it_be_kept()
    {
        var cid = _dag.Leaf("hello");
        await using var response = await AskAsync($"{cid}", "?format=raw");
        Assert.Equal(200, response.Status);
        Assert.Equal("hello"u8.ToArray(), await BodyAsync(response));
        Assert.Equal(5, response.Length);
        Assert.Equal("application/vnd.ipld.raw", response.Headers["Content-Type"]);
        Assert.Equal($"\"{cid}.raw\"", response.Headers["ETag"]);
        Assert.Equal("public, max-age=29030400, immutable", response.Headers["Cache-Control"]);
        Assert.Equal($"attachment; filename=\"{cid}.bin\"", response.Headers["Content-Disposition"]);
        Assert.Equal($"/ipfs/{cid}", response.Headers["X-Ipfs-Path"]);
        Assert.Equal($"{cid}", response.Headers["X-Ipfs-Roots"]);
        Assert.Equal("nosniff", response.Headers["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task A_HEAD_has_the_headers_alone()
    {
        var cid = _dag.Leaf("hello");
        await using var raw = await AskAsync($"{cid}", "?format=raw", isHead: true);
        Assert.Equal((200, 5L), (raw.Status, raw.Length));
        Assert.Empty(await BodyAsync(raw));
        await using var car = await AskAsync($"{cid}", "?format=car", isHead: true);
        Assert.Empty(await BodyAsync(car));
        Assert.Equal("application/vnd.ipld.car; version=1; order=dfs; dups=n", car.Headers["Content-Type"]);
        Assert.Equal(404, (await RefusedAsync($"{new TestDag().Leaf("other")}", "?format=raw", isHead: true)).Status);
    }

    [Fact]
    public async Task The_empty_identity_block_tells_that_there_is_a_gateway()
    {
        await using var raw = await AskAsync("bafkqaaa", "?format=raw");
        Assert.Empty(await BodyAsync(raw));
        await using var car = await AskAsync("bafkqaaa", "?format=car");
        var (roots, blocks) = await CarAsync(car);
        Assert.Equal(["bafkqaaa"], roots.Select(static root => root.ToString()));
        Assert.Empty(blocks);
    }

    [Fact]
    public async Task A_client_that_has_it_already_gets_nothing_again()
    {
        var cid = _dag.Leaf("hello");
        foreach (var tag in new[] { $"\"{cid}.raw\"", $"\"x\", W/\"{cid}.raw\"" })
        {
            await using var response = await AskAsync($"{cid}", "?format=raw", ifNoneMatch: tag);
            Assert.Equal(304, response.Status);
            Assert.Empty(await BodyAsync(response));
        }

        await using var other = await AskAsync($"{cid}", "?format=car", ifNoneMatch: $"\"{cid}.raw\"");
        Assert.Equal(200, other.Status);
        HashSet<string> tags = [];
        foreach (var query in new[] { "", "&dag-scope=entity", "&dag-scope=block", "&entity-bytes=0:1", "&entity-bytes=0:2", "&car-dups=y" })
        {
            await using var response = await AskAsync($"{cid}", "?format=car" + query);
            Assert.True(tags.Add(response.Headers["ETag"]));
            await using var again = await AskAsync($"{cid}", "?format=car" + query, ifNoneMatch: response.Headers["ETag"]);
            Assert.Equal(304, again.Status);
        }
    }

    [Fact]
    public async Task A_client_that_wants_nothing_that_there_is_gets_nothing_but_what_is_not_here_is_still_not_found()
    {
        var cid = _dag.Leaf("hello");
        foreach (var query in new[] { "?format=raw", "?format=car" })
        {
            await using var response = await AskAsync($"{cid}", query, ifNoneMatch: "*");
            Assert.Equal(304, response.Status);
            Assert.Null(response.Length);
            Assert.Empty(await BodyAsync(response));
            var gone = new TestDag().Leaf("gone");
            Assert.Equal(404, (await Assert.ThrowsAsync<TrustlessRefusal>(() => AskAsync($"{gone}", query, ifNoneMatch: "*"))).Status);
        }
    }

    [Fact]
    public async Task What_is_not_here_is_not_found_and_nothing_is_fetched_for_strangers()
    {
        var gone = new TestDag().Leaf("gone");
        Assert.Equal(404, (await RefusedAsync($"{gone}", "?format=raw")).Status);
        Assert.Equal(404, (await RefusedAsync($"{gone}", "?format=car")).Status);
        var (root, _) = await FolderAsync();
        Assert.Equal(404, (await RefusedAsync($"{root}/sub/nothing", "?format=car")).Status);
        Assert.Equal(404, (await RefusedAsync($"{root}/sub/file/deeper", "?format=car")).Status);
        Assert.Equal(404, (await RefusedAsync($"{root}/sub%2Ffile", "?format=car")).Status);
        Assert.Equal(404, (await RefusedAsync($"{root}/..", "?format=car")).Status);
        Assert.Equal(404, (await RefusedAsync($"{_dag.Leaf("x")}/a", "?format=car")).Status);
        Assert.Equal(412, (await RefusedAsync($"{gone}", "?format=raw", onlyIfCached: true)).Status);
    }

    [Fact]
    public async Task An_archive_has_the_blocks_of_the_path_and_then_those_asked_for()
    {
        var (root, file) = await FolderAsync();
        var sub = await new UnixFsReader(_dag.Store).ResolveAsync(root, "sub");
        var whole = await TestDag.WalkAsync(_dag.Store, null, file);
        Assert.True(whole.Count > 50);

        await using var response = await AskAsync($"{root}/sub/file", "?format=car");
        Assert.Equal($"{root},{sub},{file}", response.Headers["X-Ipfs-Roots"]);
        Assert.Equal($"/ipfs/{root}/sub/file", response.Headers["X-Ipfs-Path"]);
        var (roots, blocks) = await CarAsync(response);
        Assert.Equal([file], roots);
        Assert.Equal([root, sub, .. whole], blocks);
        Assert.Equal([root, sub, .. whole], await CarAsync($"{root}/sub/file", "&dag-scope=entity"));
        Assert.Equal([root, sub, file], await CarAsync($"{root}/sub/file", "&dag-scope=block"));
        Assert.Equal([root], await CarAsync($"{root}", "&dag-scope=entity"));
        Assert.Equal(await TestDag.WalkAsync(_dag.Store, null, root), await CarAsync($"{root}", ""));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1023, 1024)]
    [InlineData(0, 49_999)]
    [InlineData(20_000, 20_500)]
    [InlineData(49_999, 60_000)]
    [InlineData(10_000, 40_000)]
    public async Task A_range_has_the_blocks_that_it_takes_to_read_it_and_no_other(long from, long to)
    {
        var file = await ImportAsync(_content);
        var cids = await CarAsync($"{file}", $"&entity-bytes={from}:{to}");
        await using var store = new MemoryBlockStore();
        foreach (var cid in cids) await store.PutAsync([new Block(cid, await _dag.Store.GetAsync(cid))]);
        var end = Math.Min(to + 1, _content.Length);
        var source = new Recorder(store);
        await using var stream = await new UnixFsReader(source).OpenReadAsync(file, new UnixFsReadOptions { MaxBlocksAhead = 1, End = end });
        stream.Position = from;
        var read = new byte[end - from];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(_content[(int)from..(int)end], read);
        Assert.Equal(cids, source.Asked);
    }

    [Theory]
    [InlineData("50000:*")]
    [InlineData("60000:70000")]
    [InlineData("10:-60000")]
    public async Task A_range_that_the_file_has_nothing_of_gives_the_block_that_shows_it(string range)
    {
        var file = await ImportAsync(_content);
        Assert.Equal([file], await CarAsync($"{file}", $"&entity-bytes={range}"));
    }

    [Fact]
    public async Task A_range_of_what_has_no_bytes_is_as_if_it_were_not_asked_for()
    {
        var (root, _) = await FolderAsync();
        Assert.Equal([root], await CarAsync($"{root}", "&entity-bytes=0:3"));
        var node = _dag.Node("node", root);
        Assert.Equal([node], await CarAsync($"{node}", "&entity-bytes=0:3"));
    }

    [Fact]
    public async Task Blocks_come_once_or_as_often_as_they_are_linked()
    {
        var file = await ImportAsync(new byte[20 * ChunkLength]);
        var once = await CarAsync($"{file}", "");
        var often = await CarAsync($"{file}", "&car-dups=y");
        Assert.Equal(once.Distinct(), once);
        Assert.Equal(20, often.Count(static cid => cid.Codec == Multicodec.Raw));
        Assert.Equal(once, often.Distinct());
        Assert.Equal(once, await CarAsync($"{file}", "&dag-scope=entity"));
        Assert.Equal(often, await CarAsync($"{file}", "&dag-scope=entity&car-dups=y"));
        Assert.Equal(often, await CarAsync($"{file}", "&entity-bytes=0:*&car-dups=y"));
        Assert.Equal(once, await CarAsync($"{file}", "&entity-bytes=0:*"));
    }

    [Fact]
    public async Task A_file_of_the_same_part_again_and_again_is_gone_through_once()
    {
        // 2^28 bytes in 29 blocks, as anybody can make them; as many parts, if each were gone through.
        var (cid, size) = (_dag.Leaf("x"), 1UL);
        for (var level = 0; level < 28; level++)
        {
            var message = new List<byte> { 0x08, 2, 0x18 };
            AppendVarint(message, 2 * size);
            for (var i = 0; i < 2; i++)
            {
                message.Add(0x20);
                AppendVarint(message, size);
            }

            cid = _dag.Put(Block.Create(Multicodec.DagPb, DagPb.Encode(new DagPbNode { Links = [new(cid, "", 1), new(cid, "", 1)], Data = message.ToArray() })));
            size *= 2;
        }

        Assert.Equal((long)size, (await new UnixFsReader(_dag.Store).StatAsync(cid)).Size);
        Assert.Equal(29, (await CarAsync($"{cid}", "&dag-scope=entity")).Count);
        Assert.Equal(29, (await CarAsync($"{cid}", $"&entity-bytes=1:{size - 2}")).Count);
        Assert.Equal(29, (await CarAsync($"{cid}", "&entity-bytes=5:5")).Count);
        var gateway = new TrustlessGateway(_dag.Store, new TrustlessGatewayOptions { MaxCarLength = 4 << 20 });
        await using var endless = await AskAsync($"{cid}", "?format=car&car-dups=y", gateway: gateway);
        var error = await Assert.ThrowsAsync<IpfsException>(() => BodyAsync(endless));
        Assert.Equal(IpfsError.TooLarge, error.Error);
    }

    [Fact]
    public async Task A_sharded_folder_is_listed_without_its_entries_and_followed_through_its_shards()
    {
        var entries = Enumerable.Range(0, 600).Select(i => new UnixFsLink($"entry {i}", _dag.Leaf($"{i}"), 3)).ToArray();
        var folder = (await new UnixFsDirectory(_dag.Store, DirectoryProfile.HeliaDefault with { IsAlwaysSharded = true }).CreateAsync(entries)).Cid;
        var listing = await CarAsync($"{folder}", "&dag-scope=entity");
        Assert.True(listing.Count > 10);
        Assert.DoesNotContain(listing, static cid => cid.Codec == Multicodec.Raw);
        await using var store = new MemoryBlockStore();
        foreach (var cid in listing) await store.PutAsync([new Block(cid, await _dag.Store.GetAsync(cid))]);
        Assert.Equal(600, await new UnixFsReader(store).ListAsync(folder).CountAsync());

        var one = await CarAsync($"{folder}/entry%20123", "");
        Assert.InRange(one.Count, 2, 4);
        Assert.Equal((folder, entries[123].Cid), (one[0], one[^1]));
        await using var way = new MemoryBlockStore();
        foreach (var cid in one) await way.PutAsync([new Block(cid, await _dag.Store.GetAsync(cid))]);
        Assert.Equal(entries[123].Cid, await new UnixFsReader(way).ResolveAsync(folder, "entry 123"));
    }

    [Fact]
    public async Task Paths_lead_through_maps_and_lists_and_over_their_links()
    {
        var (folder, file) = await FolderAsync();
        var inner = _dag.Put(DagCbor.ToBlock(IpldMap.Of(("list", IpldList.Of("a", folder)), ("n", 1))));
        var outer = _dag.Put(DagCbor.ToBlock(IpldMap.Of(("to", IpldMap.Of(("inner", inner))))));
        var blocks = await CarAsync($"{outer}/to/inner/list/1/sub/file", "&dag-scope=block");
        Assert.Equal([outer, inner, folder, await new UnixFsReader(_dag.Store).ResolveAsync(folder, "sub"), file], blocks);
        Assert.Equal([outer, inner], await CarAsync($"{outer}/to/inner/n", "&dag-scope=block"));
        Assert.Equal(404, (await RefusedAsync($"{outer}/to/inner/list/2", "?format=car")).Status);
        Assert.Equal(404, (await RefusedAsync($"{outer}/to/inner/n/x", "?format=car")).Status);
        Assert.Equal(404, (await RefusedAsync($"{outer}/to/inner/list/-1", "?format=car")).Status);
    }

    [Fact]
    public async Task A_block_that_is_missing_on_the_way_breaks_the_archive_off()
    {
        var file = await ImportAsync(_content);
        await _dag.Store.DeleteAsync([(await TestDag.WalkAsync(_dag.Store, null, file))[10]]);
        await using var response = await AskAsync($"{file}", "?format=car");
        var error = await Assert.ThrowsAsync<IpfsException>(() => BodyAsync(response));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
    }

    [Fact]
    public async Task What_is_denied_is_gone_wherever_it_is_asked_for()
    {
        var (root, file) = await FolderAsync();
        var gateway = new TrustlessGateway(_dag.Store, new TrustlessGatewayOptions { IsDenied = cid => cid == file });
        Assert.Equal(410, (await RefusedAsync($"{file}", "?format=raw", gateway: gateway)).Status);
        Assert.Equal(410, (await RefusedAsync($"{file}", "?format=car", isHead: true, gateway: gateway)).Status);
        Assert.Equal(410, (await RefusedAsync($"{root}/sub/file", "?format=car&dag-scope=block", gateway: gateway)).Status);
        await using var folder = await AskAsync($"{root}", "?format=car", gateway: gateway);
        Assert.Equal(410, (await Assert.ThrowsAsync<TrustlessRefusal>(() => BodyAsync(folder))).Status);
    }

    [Fact]
    public async Task With_a_fetch_what_is_not_here_comes_from_others_in_time_or_not_at_all()
    {
        var time = new ManualTimeProvider();
        var there = new TestDag();
        var cid = there.Leaf("far");
        var disposed = 0;
        var gateway = new TrustlessGateway(_dag.Store, null, _ => new Remote(there.Store, () => disposed++), time);
        await using (var response = await AskAsync($"{cid}", "?format=raw", gateway: gateway)) Assert.Equal("far"u8.ToArray(), await BodyAsync(response));
        Assert.Equal(1, disposed);
        Assert.Equal(412, (await RefusedAsync($"{cid}", "?format=raw", onlyIfCached: true, gateway: gateway)).Status);

        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var silent = new TrustlessGateway(_dag.Store, null, _ => new Silent(asked), time);
        var refused = RefusedAsync($"{cid}", "?format=car", gateway: silent);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(504, (await refused).Status);
    }

    [Fact]
    public async Task A_range_that_ends_where_a_part_does_has_nothing_of_the_next_one()
    {
        var file = await ImportAsync(_content);
        var upTo = await CarAsync($"{file}", $"&entity-bytes=0:{ChunkLength - 1}");
        var past = await CarAsync($"{file}", $"&entity-bytes=0:{ChunkLength}");
        Assert.Equal(upTo.Count + 1, past.Count);
        var from = await CarAsync($"{file}", $"&entity-bytes={ChunkLength}:{ChunkLength}");
        var before = await CarAsync($"{file}", $"&entity-bytes={ChunkLength - 1}:{ChunkLength}");
        Assert.Equal(from.Count + 1, before.Count);
    }

    [Fact]
    public async Task An_archive_that_is_read_too_slowly_is_cut_off()
    {
        var time = new ManualTimeProvider();
        var gateway = new TrustlessGateway(_dag.Store, new TrustlessGatewayOptions { MaxDuration = TimeSpan.FromHours(1) }, time: time);
        await using var response = await AskAsync($"{await ImportAsync(_content)}", "?format=car", gateway: gateway);
        await using var slow = new SlowReader(() => time.Advance(TimeSpan.FromMinutes(30)));
        Assert.Equal(IpfsError.TooLarge, (await Assert.ThrowsAsync<IpfsException>(() => response.WriteAsync(slow))).Error);
    }

    [Fact]
    public async Task Links_that_wait_to_be_followed_are_bounded()
    {
        var leaf = _dag.Leaf("x");
        DagPbLink[] links = [.. Enumerable.Repeat(new DagPbLink(leaf), DagPb.MaxLinks)];
        var cid = leaf;
        for (var depth = 0; depth < 3; depth++)
        {
            links[0] = new DagPbLink(cid);
            var node = Block.Create(Multicodec.DagPb, DagPb.Encode(new DagPbNode { Links = links }));
            await _dag.Store.PutAsync([node]);
            cid = node.Cid;
        }

        await using var response = await AskAsync($"{cid}", "?format=car");
        Assert.Equal(IpfsError.TooLarge, (await Assert.ThrowsAsync<IpfsException>(() => BodyAsync(response))).Error);
    }

    [Theory]
    [InlineData("a.car", "attachment; filename=\"a.car\"")]
    [InlineData("t\u00e9st\"\r\n.bin", "attachment; filename=\"t_st___.bin\"; filename*=UTF-8''t%C3%A9st%22%0D%0A.bin")]
    public async Task A_name_to_save_under_does_no_harm_to_the_header(string name, string header)
    {
        var cid = _dag.Leaf("x");
        var request = TrustlessRequestParser.Parse($"/ipfs/{cid}", key => key == "filename" ? name : key == "format" ? "raw" : null, null);
        await using var response = await new TrustlessGateway(_dag.Store).AnswerAsync(request);
        Assert.Equal(header, response.Headers["Content-Disposition"]);
    }

    private static void AppendVarint(List<byte> bytes, ulong value)
    {
        Span<byte> buffer = stackalloc byte[UnsignedVarint.MaxLength];
        bytes.AddRange(buffer[..UnsignedVarint.Write(buffer, value)]);
    }

    private static async Task<byte[]> BodyAsync(TrustlessResponse response)
    {
        using var body = new MemoryStream();
        await response.WriteAsync(body);
        return body.ToArray();
    }

    private static async Task<(IReadOnlyList<Cid> Roots, List<Cid> Blocks)> CarAsync(TrustlessResponse response)
    {
        await using var reader = await CarReader.OpenAsync(new MemoryStream(await BodyAsync(response)));
        return (reader.Roots, await reader.ReadAllAsync().Select(static block => block.Cid).ToListAsync());
    }

    private async Task<List<Cid>> CarAsync(string path, string query)
    {
        await using var response = await AskAsync(path, "?format=car" + query);
        return (await CarAsync(response)).Blocks;
    }

    private async Task<TrustlessResponse> AskAsync(
        string path, string query, bool isHead = false, string? ifNoneMatch = null, bool onlyIfCached = false, TrustlessGateway? gateway = null)
    {
        var parameters = query[1..].Split('&').Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => part[1]);
        var request = TrustlessRequestParser.Parse($"/ipfs/{path}", parameters.GetValueOrDefault, null);
        return await (gateway ?? new TrustlessGateway(_dag.Store)).AnswerAsync(request, isHead, ifNoneMatch, onlyIfCached);
    }

    private Task<TrustlessRefusal> RefusedAsync(string path, string query, bool isHead = false, bool onlyIfCached = false, TrustlessGateway? gateway = null) =>
        Assert.ThrowsAsync<TrustlessRefusal>(() => AskAsync(path, query, isHead, null, onlyIfCached, gateway));

    private async Task<Cid> ImportAsync(byte[] content)
    {
        var profile = ImportProfile.HeliaDefault with { Chunker = Chunker.Fixed(ChunkLength), MaxLinks = 4 };
        return (await new UnixFsImporter(_dag.Store, profile).ImportAsync(new MemoryStream(content))).Cid;
    }

    private async Task<(Cid Root, Cid File)> FolderAsync()
    {
        var file = await ImportAsync(_content);
        var folders = new UnixFsDirectory(_dag.Store, DirectoryProfile.HeliaDefault);
        var root = await folders.SetAsync(await folders.CreateEmptyAsync(), "sub/file", file);
        return (await folders.SetAsync(root, "other", _dag.Leaf("other")), file);
    }

    private sealed class Remote(IBlockSource source, Action disposed) : IBlockSource, IAsyncDisposable
    {
        public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) => source.GetAsync(cid, cancellationToken);

        public ValueTask DisposeAsync()
        {
            disposed();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Recorder(IBlockSource source) : IBlockSource
    {
        public List<Cid> Asked { get; } = [];

        public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            Asked.Add(cid);
            return source.GetAsync(cid, cancellationToken);
        }
    }

    private sealed class SlowReader(Action pass) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            pass();
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class Silent(TaskCompletionSource asked) : IBlockSource
    {
        public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return default;
        }
    }
}
