using System.Net;
using Causeway.Hosting.Access;
using Causeway.Hosting.Servers;
using Causeway.Ipfs;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.UnixFs;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Causeway.Node.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Node.Tests;

/// <summary>A node's trustless gateway, over HTTP.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task A_node_serves_the_blocks_that_it_has_and_has_them_after_a_restart()
    {
        await using var nodes = new TestNodes();
        var (folder, key) = (nodes.NewFolder(), nodes.NewKey());
        var block = Block.Create(Multicodec.Raw, "hello"u8.ToArray());
        await using (var node = await nodes.StartAsync(o => o with { Folder = folder }, key)) await node.Blocks!.PutAsync([block]);
        var again = await nodes.StartAsync(o => o with { Folder = folder }, key);
        await using var server = await ServeAsync(again);
        using var http = new HttpClient { BaseAddress = server.Url };
        using var answer = await http.GetAsync($"ipfs/{block.Cid}?format=raw", TestNodes.Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(TestNodes.Cancel));
        Assert.Equal("application/vnd.ipld.raw", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(5, answer.Content.Headers.ContentLength);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        using var tagged = new HttpRequestMessage(HttpMethod.Get, $"ipfs/{block.Cid}?format=raw");
        tagged.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await http.SendAsync(tagged, TestNodes.Cancel);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"ipfs/{block.Cid}?format=raw"), TestNodes.Cancel);
        Assert.Equal((HttpStatusCode.OK, 5L), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task A_file_is_had_as_an_archive_and_read_from_it()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync();
        var content = new byte[3_000_000];
        new Random(9).NextBytes(content);
        var file = await new UnixFsImporter(node.Blocks!, ImportProfile.V1Raw256KiB).ImportAsync(new MemoryStream(content), cancellationToken: TestNodes.Cancel);
        await using var server = await ServeAsync(node);
        using var http = new HttpClient { BaseAddress = server.Url };
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"ipfs/{file.Cid}");
        asked.Headers.Add("Accept", "application/vnd.ipld.car; order=dfs; dups=y");
        using var answer = await http.SendAsync(asked, TestNodes.Cancel);
        Assert.Equal("application/vnd.ipld.car; version=1; order=dfs; dups=y", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal($"/ipfs/{file.Cid}?format=car&car-version=1&car-order=dfs&car-dups=y", answer.Content.Headers.ContentLocation!.OriginalString);
        await using var store = new MemoryBlockStore();
        await CarImport.RunAsync(await answer.Content.ReadAsStreamAsync(TestNodes.Cancel), store, cancellationToken: TestNodes.Cancel);
        await using var read = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: TestNodes.Cancel);
        using var copy = new MemoryStream();
        await read.CopyToAsync(copy, TestNodes.Cancel);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task A_node_fetches_for_strangers_only_when_it_is_told_to()
    {
        await using var nodes = new TestNodes();
        var other = await nodes.StartAsync();
        var block = Block.Create(Multicodec.Raw, "far away"u8.ToArray());
        await other.Blocks!.PutAsync([block]);
        foreach (var mode in new[] { GatewayMode.Local, GatewayMode.Fetch })
        {
            var node = await nodes.StartAsync(o => o with { Gateway = mode, Bootstrap = [TestNodes.AddressOf(other)] });
            await node.Host.ConnectAsync(TestNodes.AddressOf(other), TestNodes.Cancel);
            await using var server = await ServeAsync(node);
            using var http = new HttpClient { BaseAddress = server.Url };
            using var answer = await http.GetAsync($"ipfs/{block.Cid}?format=raw", TestNodes.Cancel);
            Assert.Equal(mode == GatewayMode.Local ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(mode == GatewayMode.Fetch, await node.Blocks!.HasAsync(block.Cid, TestNodes.Cancel));
        }
    }

    [Fact]
    public async Task What_is_denied_nobody_is_given()
    {
        await using var nodes = new TestNodes();
        var block = Block.Create(Multicodec.Raw, "secret"u8.ToArray());
        var node = await nodes.StartAsync(o => o with { Denied = new HashSet<Multihash> { block.Cid.Hash } });
        await node.Blocks!.PutAsync([block], TestNodes.Cancel);
        await using var server = await ServeAsync(node);
        using var http = new HttpClient { BaseAddress = server.Url };
        foreach (var cid in new[] { block.Cid, Cid.CreateV1(Multicodec.DagCbor, block.Cid.Hash) })
        {
            using var answer = await http.GetAsync($"ipfs/{cid}?format=raw", TestNodes.Cancel);
            Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        }

        await using var other = new HostBuilder().UseTcp().UseBitswap(new MemoryBlockStore(), new BitswapOptions { WantTimeout = TimeSpan.FromSeconds(1) }).Build();
        await other.StartAsync(TestNodes.Cancel);
        await other.ConnectAsync(TestNodes.AddressOf(node), TestNodes.Cancel);
        var exchange = other.Component<BitswapExchange>()!;
        await Eventually.HoldsAsync(() => exchange.Peers.Count == 1);
        var error = await Assert.ThrowsAsync<IpfsException>(async () => await exchange.GetAsync(block.Cid, TestNodes.Cancel));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
    }

    [Fact]
    public async Task An_archive_that_cannot_be_finished_breaks_off()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync();
        var file = await new UnixFsImporter(node.Blocks!, ImportProfile.V1Raw256KiB).ImportAsync(new MemoryStream(new byte[1_000_000]), cancellationToken: TestNodes.Cancel);
        var leaf = Block.Create(Multicodec.Raw, new byte[256 * 1024]);
        await node.Blocks!.DeleteAsync([leaf.Cid], TestNodes.Cancel);
        await using var server = await ServeAsync(node);
        using var http = new HttpClient { BaseAddress = server.Url };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetByteArrayAsync($"ipfs/{file.Cid}?format=car", TestNodes.Cancel));
    }

    [Theory]
    [InlineData("GET", "ipfs/nothing?format=raw", HttpStatusCode.BadRequest)]
    [InlineData("GET", "ipfs/bafkqaaa", HttpStatusCode.BadRequest)]
    [InlineData("GET", "ipfs/bafkqaaa?format=tar", HttpStatusCode.NotAcceptable)]
    [InlineData("GET", "ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e?format=raw", HttpStatusCode.NotFound)]
    [InlineData("HEAD", "ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e?format=raw", HttpStatusCode.NotFound)]
    [InlineData("POST", "ipfs/bafkqaaa?format=raw", HttpStatusCode.MethodNotAllowed)]
    [InlineData("OPTIONS", "ipfs/bafkqaaa?format=raw", HttpStatusCode.NoContent)]
    [InlineData("GET", "ipfs/bafkqaaa?format=raw", HttpStatusCode.OK)]
    [InlineData("GET", "ipfs", HttpStatusCode.NotFound)]
    [InlineData("GET", "other", HttpStatusCode.NotFound)]
    public async Task Other_requests_are_answered_with_a_reason(string method, string path, HttpStatusCode status)
    {
        await using var nodes = new TestNodes();
        await using var server = await ServeAsync(await nodes.StartAsync());
        using var http = new HttpClient { BaseAddress = server.Url };
        using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestNodes.Cancel);
        Assert.Equal(status, answer.StatusCode);
        if (status >= HttpStatusCode.BadRequest && path.Length > 5 && method != "HEAD") Assert.EndsWith(".\n", await answer.Content.ReadAsStringAsync(TestNodes.Cancel));
    }

    [Fact]
    public async Task Whoever_asks_too_much_is_told_to_wait()
    {
        await using var nodes = new TestNodes();
        await using var server = await ServeAsync(await nodes.StartAsync(), new RequestLimits(new RequestLimitOptions { Burst = 2 }, new ManualTimeProvider()));
        using var http = new HttpClient { BaseAddress = server.Url };
        for (var i = 0; i < 3; i++)
        {
            using var answer = await http.GetAsync("ipfs/bafkqaaa?format=raw", TestNodes.Cancel);
            Assert.Equal(i < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal(i == 2, answer.Headers.RetryAfter is not null);
        }
    }

    [Fact]
    public async Task A_node_without_blocks_or_gateway_has_none()
    {
        await using var nodes = new TestNodes();
        var without = await nodes.StartAsync(o => o with { Storage = 0 });
        Assert.True(without is { Blocks: null, Gateway: null });
        Assert.DoesNotContain("/ipfs/bitswap/1.2.0", without.Host.Protocols);
        var silent = await nodes.StartAsync(o => o with { Gateway = GatewayMode.Off });
        Assert.True(silent is { Blocks: not null, Gateway: null });
        Assert.Contains("/ipfs/bitswap/1.2.0", silent.Host.Protocols);
        await Assert.ThrowsAsync<ArgumentException>(() => nodes.StartAsync(o => o with { Storage = 1000 }));
    }

    private static Task<LocalServer> ServeAsync(NodeServer node, RequestLimits? limits = null) => LocalServer.StartAsync(
        new LocalServerOptions { Port = 0 },
        app => app.UseTrustlessGateway(node.Gateway!, limits ?? new RequestLimits(), new ProxyTrust([]), NullLogger.Instance),
        NullLoggerFactory.Instance,
        TestNodes.Cancel);
}
