using System.Security.Cryptography;
using Causeway.Cryptography.Keys;
using Causeway.Hosting.Access;
using Causeway.Hosting.Servers;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Causeway.Node;
using Causeway.Node.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Interop.Tests;

/// <summary>A node's trustless gateway, asked by Helia's client and by a browser's <c>fetch</c> with <c>@ipld/car</c>.</summary>
public sealed class TrustlessGatewayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Helia_reads_a_file_block_by_block()
    {
        await using var served = await Served.StartAsync();
        await using var js = await JsPeer.StartAsync(JsRelease.Helia, program: "gateway.mjs");
        var content = HeliaPeer.Content(1, 5_000_000);
        var file = await served.ImportAsync(content);
        var read = await js.AskAsync("cat", new { gateway = served.Url, cid = $"{file}" });
        Assert.Equal((content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), ((int)read["total"]!, (string)read["sha256"]!));
    }

    [Fact]
    public async Task Archives_have_what_was_asked_for_in_its_order()
    {
        await using var served = await Served.StartAsync();
        await using var js = await JsPeer.StartAsync(JsRelease.Helia, program: "gateway.mjs");
        var zeros = await served.ImportAsync(new byte[600_000]);
        var folders = new UnixFsDirectory(served.Store, DirectoryProfile.HeliaDefault);
        var sub = await folders.SetAsync(await folders.CreateEmptyAsync(Stop), "zeros", zeros, cancellationToken: Stop);
        var root = await folders.SetAsync(await folders.CreateEmptyAsync(Stop), "sub", sub, cancellationToken: Stop);
        Assert.Equal([root, sub, .. await served.WalkAsync(zeros, false)], await AskAsync($"{root}/sub/zeros?format=car", "*/*", "n"));
        Assert.Equal([root, sub, .. await served.WalkAsync(zeros, true)], await AskAsync($"{root}/sub/zeros", "application/vnd.ipld.car; order=dfs; dups=y", "y"));
        Assert.Equal([root, sub, zeros], await AskAsync($"{root}/sub/zeros?format=car&dag-scope=block", "*/*", "n"));
        Assert.Equal([zeros, .. (await served.WalkAsync(zeros, false)).Skip(1).Take(1)], await AskAsync($"{zeros}?format=car&entity-bytes=0:9", "*/*", "n"));
        Assert.Equal(404, (int)(await js.AskAsync("fetchCar", new { url = $"{served.Url}ipfs/{root}/nothing?format=car", accept = "*/*" }))["status"]!);

        async Task<IEnumerable<Cid>> AskAsync(string path, string accept, string dups)
        {
            var answer = await js.AskAsync("fetchCar", new { url = $"{served.Url}ipfs/{path}", accept });
            Assert.Equal($"application/vnd.ipld.car; version=1; order=dfs; dups={dups}", (string)answer["type"]!);
            return answer["blocks"]!.AsArray().Select(static cid => Cid.Parse((string)cid!));
        }
    }

    private sealed class Served : IAsyncDisposable
    {
        private readonly PrivateKey _key = PrivateKey.Generate();
        private NodeServer _node = null!;
        private LocalServer _server = null!;

        public IBlockStore Store => _node.Blocks!;

        public Uri Url => _server.Url;

        public static async Task<Served> StartAsync()
        {
            var served = new Served();
            var options = new NodeOptions { Listen = [Multiaddress.Parse("/ip4/127.0.0.1/tcp/0")] };
            served._node = await NodeServer.StartAsync(options, served._key, NullLoggerFactory.Instance, TimeProvider.System, Stop);
            served._server = await LocalServer.StartAsync(
                new LocalServerOptions { Port = 0 },
                app => app.UseTrustlessGateway(served._node.Gateway!, new RequestLimits(), new ProxyTrust([]), NullLogger.Instance),
                NullLoggerFactory.Instance,
                Stop);
            return served;
        }

        public async Task<Cid> ImportAsync(byte[] content) =>
            (await new UnixFsImporter(Store, ImportProfile.V1Raw256KiB).ImportAsync(new MemoryStream(content), cancellationToken: Stop)).Cid;

        public async Task<List<Cid>> WalkAsync(Cid root, bool repeats) =>
            await new DagWalk(Store, new DagWalkOptions { Repeats = repeats }).RunAsync([root], Stop).Select(static block => block.Cid).ToListAsync(Stop);

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            await _node.DisposeAsync();
            _key.Dispose();
        }
    }
}
