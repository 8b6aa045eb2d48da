using System.Text.Json;
using Causeway.Gateway.Files;
using Causeway.Gateway.Tests.Files;
using static Causeway.Gateway.Tests.Files.OwnFilesTests;

namespace Causeway.Gateway.Tests.Real;

/// <summary>Files between gateways whose peers are real: over TCP, with Bitswap and the reserved protocol.</summary>
public sealed class RealFilesTests
{
    private const string HelloWorld = "bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya";

    [Fact]
    public async Task A_file_comes_from_whichever_connected_peer_has_it()
    {
        await using var stage = await Stage.StartAsync();
        var text = new string('x', 3_000_000);
        var cid = (await StoreAsync(stage.B, "docs/large", text)).GetProperty("fileCid").GetString()!;
        await stage.A.RequestAsync("getfile", $$"""{"cid":"{{cid}}"}""");
        var got = await stage.A.NextPushAsync("gotFile");
        Assert.True(got.GetProperty("success").GetBoolean(), got.GetRawText());
        Assert.Equal(text.Length, got.GetProperty("content").GetProperty("content").GetBytesFromBase64().Length);
    }

    [Fact]
    public async Task A_list_comes_over_the_reserved_protocol_and_the_fallback_is_connected_when_it_is_not_yet()
    {
        await using var stage = await Stage.StartAsync(introduce: false);
        stage.Locate();
        await StoreAsync(stage.B, "hello.txt", "Hello, world!");
        Assert.Equal(HelloWorld, (await ListAsync(stage.A, stage.B.PeerId)).GetProperty("entries").GetProperty("hello.txt").GetProperty("cid").GetString());
        await stage.A.RequestAsync("getfile", $$"""{"cid":"{{HelloWorld}}","fallbackPeerID":"{{stage.B.PeerId}}"}""");
        Assert.True((await stage.A.NextPushAsync("gotFile")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_part_of_another_gateways_file_is_read_over_HTTP_from_the_peer_that_the_address_names()
    {
        await using var stage = await Stage.StartAsync(introduce: false);
        stage.Locate();
        using var b = await HttpPage.OpenAsync(stage.GatewayB);
        using var a = await HttpPage.OpenAsync(stage.GatewayA);
        stage.Locate(a.Page, b.Page);
        var bytes = new byte[4_000_000];
        new Random(1).NextBytes(bytes);
        var root = (await b.JsonAsync(HttpMethod.Put, "/files/films/lake", new ByteArrayContent(bytes))).GetProperty("rootCid").GetString();
        using var part = await a.LinkAsync($"/ipfs/{root}/films/lake?peer={b.Page.PeerId}", ("Range", "bytes=2000000-2999999"));
        Assert.Equal(bytes[2_000_000..3_000_000], await part.Content.ReadAsByteArrayAsync());
        using var whole = await a.SendAsync(HttpMethod.Get, $"/ipfs/{root}/films/lake");
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Pages_of_one_gateway_see_each_others_files()
    {
        await using var files = GatewayFiles.InMemory();
        await using var peers = new RealPeers(files: files);
        await using var gateway = await TestGateway.StartAsync(peers, files: files);
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await StoreAsync(b, "hello.txt", "Hello, world!");
        Assert.Equal(["hello.txt"], (await ListAsync(a, b.PeerId)).GetProperty("entries").EnumerateObject().Select(p => p.Name));
        await a.RequestAsync("getfile", $$"""{"cid":"{{HelloWorld}}","fallbackPeerID":"{{b.PeerId}}"}""");
        Assert.True((await a.NextPushAsync("gotFile")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_gateway_that_vanishes_in_the_middle_fails_what_was_waited_for()
    {
        await using var stage = await Stage.StartAsync();
        var cid = (await StoreAsync(stage.B, "a", new string('x', 1_000_000))).GetProperty("fileCid").GetString()!;
        await stage.GatewayB.DisposeAsync();
        await stage.A.RequestAsync("listfiles", $$"""{"peerid":"{{stage.B.PeerId}}"}""");
        Assert.True((await stage.A.NextPushAsync("peerFiles")).TryGetProperty("error", out _));
        await stage.A.RequestAsync("listfiles", $$"""{"peerid":"{{stage.A.PeerId}}"}""");
        Assert.Equal(JsonValueKind.Object, (await stage.A.NextPushAsync("peerFiles")).GetProperty("entries").ValueKind);
        Assert.NotEmpty(cid);
    }

    private sealed class Stage : IAsyncDisposable
    {
        private readonly GatewayFiles _filesA = GatewayFiles.InMemory();
        private readonly GatewayFiles _filesB = GatewayFiles.InMemory();
        private readonly RealPeers _peersA;
        private readonly RealPeers _peersB;

        private Stage()
        {
            _peersA = new RealPeers(files: _filesA);
            _peersB = new RealPeers(files: _filesB);
        }

        public TestGateway GatewayA { get; private set; } = null!;

        public TestGateway GatewayB { get; private set; } = null!;

        public TestPage A { get; private set; } = null!;

        public TestPage B { get; private set; } = null!;

        public static async Task<Stage> StartAsync(bool introduce = true)
        {
            var stage = new Stage();
            stage.GatewayA = await TestGateway.StartAsync(stage._peersA, files: stage._filesA);
            stage.GatewayB = await TestGateway.StartAsync(stage._peersB, files: stage._filesB);
            stage.A = await stage.GatewayA.OpenAsync();
            stage.B = await stage.GatewayB.OpenAsync();
            if (introduce) await stage._peersA.IntroduceAsync(stage.A, stage._peersB, stage.B);
            return stage;
        }

        /// <summary>Tells A where B is, without connecting.</summary>
        public void Locate() => Locate(A, B);

        /// <summary>The same for other pages of the two gateways.</summary>
        public void Locate(TestPage pageA, TestPage pageB)
        {
            var b = _peersB.Hosts[pageB.PeerId];
            _peersA.Hosts[pageA.PeerId].Peers.AddAddresses(b.Id, b.Addresses.Where(a => a.Has("tcp")), TimeSpan.FromHours(1));
        }

        public async ValueTask DisposeAsync()
        {
            await GatewayA.DisposeAsync();
            await GatewayB.DisposeAsync();
            await _peersA.DisposeAsync();
            await _peersB.DisposeAsync();
            await _filesA.DisposeAsync();
            await _filesB.DisposeAsync();
        }
    }
}
