using System.Text;
using System.Text.Json;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Files;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Multiformats;
using static Causeway.Gateway.Tests.Files.OwnFilesTests;

namespace Causeway.Gateway.Tests.Files;

/// <summary>Lists and files of other gateways' peers on the reserved protocol, with and without good will at the other end.</summary>
public sealed class RemoteFilesTests
{
    private const string Protocol = "/p2p-webapp/1.0.0";
    private const string HelloWorld = "bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya";
    private const string EmptyDirectory = "Qma5kEnM5fEKTXrFC5zXYRy5QG3hcMWopoFS7ijhxx19qc";

    [Fact]
    public async Task Another_gateways_tree_is_listed_and_its_files_are_fetched_and_kept()
    {
        var network = new FakeNetwork();
        await using var gatewayA = await TestGateway.StartAsync(new FakePeerFactory(network));
        await using var gatewayB = await TestGateway.StartAsync(new FakePeerFactory(network));
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        var large = new string('x', 1_000_000);
        await StoreAsync(b, "docs/hello.txt", "Hello, world!");
        var cid = (await StoreAsync(b, "large", large)).GetProperty("fileCid").GetString()!;
        Assert.Equal((await ListAsync(b, b.PeerId)).GetRawText(), (await ListAsync(a, b.PeerId)).GetRawText());
        Assert.Equal("Hello, world!", await GetTextAsync(a, HelloWorld, b.PeerId));
        Assert.Equal(large, await GetTextAsync(a, cid, b.PeerId));

        // Every block is here now: it needs nobody.
        await b.CloseAsync();
        Assert.Equal(large, await GetTextAsync(a, cid, null));
    }

    [Fact]
    public async Task A_folder_in_many_blocks_is_fetched_whole()
    {
        var network = new FakeNetwork();
        await using var gatewayA = await TestGateway.StartAsync(new FakePeerFactory(network));
        await using var gatewayB = await TestGateway.StartAsync(new FakePeerFactory(network));
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        for (var i = 0; i < 300; i++) _ = await b.BeginAsync("storefile", $$"""{"path":"{{i}}","content":""}""");
        var root = (await ListAsync(b, b.PeerId)).GetProperty("cid").GetString()!;
        var content = await GetAsync(a, root, b.PeerId);
        Assert.True(content.GetProperty("success").GetBoolean(), content.GetRawText());
        Assert.Equal(300, content.GetProperty("content").GetProperty("entries").EnumerateObject().Count());
    }

    [Fact]
    public async Task The_answers_of_the_reserved_protocol_have_the_agreed_form()
    {
        var network = new FakeNetwork();
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        var root = (await StoreAsync(page, "hello.txt", "Hello, world!")).GetProperty("rootCid").GetString()!;
        using var key = PrivateKey.Generate();
        await using var host = new FakeHost(network, key);
        Assert.Equal(
            (1, $$$$"""{"cid":"{{{{root}}}}","entries":{"hello.txt":{"type":"file","cid":"{{{{HelloWorld}}}}","mimeType":"text/plain; charset=utf-8"}}}"""),
            await AskAsync(host, page, [0]));
        var (type, json) = await AskAsync(host, page, Request(HelloWorld));
        Assert.Equal(3, type);
        var file = JsonDocument.Parse(json).RootElement;
        Assert.Equal(["cid", "content", "isDirectory", "mimeType", "rawNode"], file.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal("SGVsbG8sIHdvcmxkIQ==", file.GetProperty("content").GetString());
        Assert.True(Cid.Parse(HelloWorld).Hash.Matches(file.GetProperty("rawNode").GetBytesFromBase64()));
        Assert.False(file.GetProperty("isDirectory").GetBoolean());
        var folder = JsonDocument.Parse((await AskAsync(host, page, Request(root))).Json).RootElement;
        Assert.Equal(["cid", "entries", "isDirectory", "rawNode"], folder.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HelloWorld, folder.GetProperty("entries").GetProperty("hello.txt").GetString());
        var missing = JsonDocument.Parse((await AskAsync(host, page, Request(EmptyDirectory[..^1] + "d"))).Json).RootElement;
        Assert.Equal(["cid", "error"], missing.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData(new byte[] { 7 })]
    [InlineData(new byte[] { 2, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 2, 0, 0, 0, 2, (byte)'{', (byte)'}' })]
    [InlineData(new byte[] { 2, 0, 0, 0, 4, 1, 2, 3, 4 })]
    public async Task A_request_that_is_none_resets_its_stream(byte[] request)
    {
        var network = new FakeNetwork();
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        using var key = PrivateKey.Generate();
        await using var host = new FakeHost(network, key);
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(host, page, request));
    }

    [Fact]
    public async Task Requests_for_the_same_list_become_one_and_everyone_gets_its_push()
    {
        var network = new FakeNetwork();
        var go = new TaskCompletionSource();
        await using var other = new HostileGateway(network, async stream =>
        {
            await HostileGateway.ReadRequestAsync(stream);
            await go.Task;
            await stream.WriteAsync(HostileGateway.Message(1, Encoding.UTF8.GetBytes($$$"""{"cid":"{{{EmptyDirectory}}}","entries":{}}""")), completeWrites: true);
        });
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        for (var i = 0; i < 20; i++) await page.RequestAsync("listfiles", $$"""{"peerid":"{{other.Id}}"}""");
        await other.Streams.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.False(other.Streams.Reader.TryRead(out _));
        go.SetResult();
        for (var i = 0; i < 20; i++) Assert.Equal(other.Id, (await page.NextPushAsync("peerFiles")).GetProperty("peerid").GetString());

        // The next one asks anew.
        await ListAsync(page, other.Id);
        Assert.True(other.Streams.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_peer_that_never_answers_holds_up_nobody_and_is_given_up_in_the_end()
    {
        var network = new FakeNetwork();
        var clock = new ManualTimeProvider();
        var never = new TaskCompletionSource();
        await using var silent = new HostileGateway(network, _ => never.Task);
        await using var files = GatewayFiles.InMemory(time: clock);
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network), files: files);
        var page = await gateway.OpenAsync();
        await page.RequestAsync("listfiles", $$"""{"peerid":"{{silent.Id}}"}""");
        var stream = await silent.Streams.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.Equal(EmptyDirectory, (await ListAsync(page, page.PeerId)).GetProperty("cid").GetString());
        clock.Advance(TimeSpan.FromSeconds(31));
        var push = await page.NextPushAsync("peerFiles");
        Assert.Equal(["peerid", "cid", "entries", "error"], push.EnumerateObject().Select(p => p.Name));
        Assert.Contains("did not answer within 30 s", push.GetProperty("error").GetString(), StringComparison.Ordinal);
        await TestPage.UntilAsync(() => Task.FromResult(stream.IsAborted), static aborted => aborted);
        never.SetResult();
    }

    [Fact]
    public async Task A_peer_that_is_not_there_is_a_failure()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        using var key = PrivateKey.Generate();
        var nobody = PeerId.FromPublicKey(key.PublicKey).ToString();
        Assert.Contains("nobody is there", (await ListAsync(page, nobody)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False((await GetAsync(page, HelloWorld, nobody)).GetProperty("success").GetBoolean());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"cid":"nonsense","entries":{}}""")]
    [InlineData("""{"cid":5,"entries":{}}""")]
    [InlineData("""{"cid":"Qma5kEnM5fEKTXrFC5zXYRy5QG3hcMWopoFS7ijhxx19qc","entries":5}""")]
    [InlineData("""{"cid":"Qma5kEnM5fEKTXrFC5zXYRy5QG3hcMWopoFS7ijhxx19qc","entries":{"a":5}}""")]
    public async Task A_list_that_is_none_is_a_failure(string json)
    {
        var network = new FakeNetwork();
        await using var other = HostileGateway.Saying(network, 1, json);
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        Assert.True((await ListAsync(page, other.Id)).TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Entries_that_nobody_could_ask_for_are_left_out()
    {
        var network = new FakeNetwork();
        var entry = $$"""{"type":"file","cid":"{{HelloWorld}}","mimeType":"x/y"}""";
        var deep = string.Join('/', Enumerable.Repeat("d", 65));
        await using var other = HostileGateway.Saying(
            network,
            1,
            $$$"""
            {"cid":"{{{EmptyDirectory}}}","entries":{"good":{{{entry}}},"../evil":{{{entry}}},"a/../../b":{{{entry}}},"":{{{entry}}},"a//b":{{{entry}}},"nul\u0000":{{{entry}}},"\u0007":{{{entry}}},
            "{{{deep}}}":{{{entry}}},"type":{"type":"link","cid":"{{{HelloWorld}}}"},"cid":{"type":"file","cid":"x"},"null":null}}
            """);
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        var entries = (await ListAsync(page, other.Id)).GetProperty("entries");
        Assert.Equal(["good"], entries.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_length_that_is_never_met_costs_no_memory_and_one_that_is_too_long_nothing_at_all()
    {
        var network = new FakeNetwork();
        await using var giant = HostileGateway.Saying(network, [1, 0xFF, 0xFF, 0xFF, 0xFF]);
        await using var shorter = HostileGateway.Saying(network, [1, 0, 0xFF, 0xFF, 0xFF, (byte)'{']);
        await using var wrong = HostileGateway.Saying(network, [3, 0, 0, 0, 2, (byte)'{', (byte)'}']);
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        Assert.Contains("4294967295 bytes", (await ListAsync(page, giant.Id)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("ended after 1 of", (await ListAsync(page, shorter.Id)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("type 3", (await ListAsync(page, wrong.Id)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_answer_ends_at_its_announced_length()
    {
        var network = new FakeNetwork();
        var opened = new TaskCompletionSource<bool>();
        await using var endless = new HostileGateway(network, async stream =>
        {
            await HostileGateway.ReadRequestAsync(stream);
            await stream.WriteAsync(new byte[] { 1, 0, 1, 0, 0 });
            var spaces = Enumerable.Repeat((byte)' ', 64 * 1024).ToArray();
            try
            {
                while (true) await stream.WriteAsync(spaces);
            }
            catch (IOException)
            {
                opened.SetResult(true);
                throw;
            }
        });
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        Assert.True((await ListAsync(page, endless.Id)).TryGetProperty("error", out _));
        await opened.Task.WaitAsync(TestPage.Patience);
    }

    [Theory]
    [InlineData("""{"cid":"$","content":"SGVsbG8sIHdvcmxkPw==","isDirectory":false,"mimeType":"text/plain"}""")]
    [InlineData("""{"cid":"$","content":"SGVsbG8sIHdvcmxkPw==","isDirectory":false,"mimeType":"text/plain","rawNode":"SGVsbG8="}""")]
    [InlineData("""{"cid":"$","entries":{},"isDirectory":true,"rawNode":"CgIIAQ=="}""")]
    [InlineData("""{"cid":"$","isDirectory":false,"rawNode":"ChMIAhINSGVsbG8sIHdvcmxkPxgN"}""")]
    [InlineData("""{"cid":"$","error":"no"}""")]
    [InlineData("""{"cid":"$"}""")]
    [InlineData("""{"cid":"$","content":"?"}""")]
    [InlineData("null")]
    public async Task A_content_that_is_not_what_its_CID_says_is_never_handed_on(string answer)
    {
        var network = new FakeNetwork();
        await using var liar = HostileGateway.Saying(network, 3, answer.Replace("$", HelloWorld, StringComparison.Ordinal));
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        Assert.False((await GetAsync(page, HelloWorld, liar.Id)).GetProperty("success").GetBoolean());
        Assert.False((await GetAsync(page, HelloWorld, null)).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_content_without_its_node_is_taken_when_its_hash_is_right()
    {
        var network = new FakeNetwork();
        await using var other = HostileGateway.Saying(network, 3, $$"""{"cid":"{{HelloWorld}}","content":"SGVsbG8sIHdvcmxkIQ==","isDirectory":false}""");
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        Assert.Equal("Hello, world!", await GetTextAsync(page, HelloWorld, other.Id));
    }

    [Fact]
    public async Task Any_number_of_files_may_be_waited_for_and_each_request_has_its_push()
    {
        var network = new FakeNetwork();
        await using var gatewayA = await TestGateway.StartAsync(new FakePeerFactory(network));
        await using var gatewayB = await TestGateway.StartAsync(new FakePeerFactory(network));
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        var cids = new List<string>();
        for (var i = 0; i < 50; i++) cids.Add((await StoreAsync(b, $"{i}", $"content {i}")).GetProperty("fileCid").GetString()!);
        foreach (var cid in cids.Concat(cids)) _ = await a.BeginAsync("getfile", $$"""{"cid":"{{cid}}","fallbackPeerID":"{{b.PeerId}}"}""");
        var got = new List<string>();
        while (got.Count < 100)
        {
            var push = await a.NextPushAsync("gotFile");
            Assert.True(push.GetProperty("success").GetBoolean(), push.GetRawText());
            got.Add(push.GetProperty("cid").GetString()!);
        }

        Assert.Equal(cids.Concat(cids).Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task More_requests_than_may_wait_are_refused()
    {
        var network = new FakeNetwork();
        var never = new TaskCompletionSource();
        await using var silent = new HostileGateway(network, _ => never.Task);
        await using var files = GatewayFiles.InMemory(new FilesOptions { MaxPendingRequests = 2 });
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network), files: files);
        var page = await gateway.OpenAsync();
        for (var i = 0; i < 2; i++) await page.RequestAsync("listfiles", $$"""{"peerid":"{{silent.Id}}"}""");
        Assert.Equal(429, (await page.RequestErrorAsync("listfiles", $$"""{"peerid":"{{silent.Id}}"}""")).Code);
        never.SetResult();
    }

    [Fact]
    public async Task A_page_that_goes_while_files_are_on_their_way_leaves_nothing_behind()
    {
        var network = new FakeNetwork();
        var never = new TaskCompletionSource();
        await using var silent = new HostileGateway(network, _ => never.Task);
        var peers = new FakePeerFactory(network);
        await using var gateway = await TestGateway.StartAsync(peers);
        var page = await gateway.OpenAsync();
        await page.RequestAsync("listfiles", $$"""{"peerid":"{{silent.Id}}"}""");
        await page.RequestAsync("getfile", $$"""{"cid":"{{HelloWorld}}","fallbackPeerID":"{{silent.Id}}"}""");
        for (var i = 0; i < 2; i++) await silent.Streams.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        page.Abort();
        await TestPage.UntilAsync(() => Task.FromResult(peers.Nodes.Count + gateway.Endpoint.PageCount), static left => left == 0);
        never.SetResult();
    }

    [Fact]
    public async Task A_list_for_which_there_is_no_room_is_not_sent()
    {
        var network = new FakeNetwork();
        await using var files = GatewayFiles.InMemory(new FilesOptions { MaxListBytes = 1024, MaxUnfinishedBytes = 1024 });
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network), files: files);
        var page = await gateway.OpenAsync();
        using var key = PrivateKey.Generate();
        await using var host = new FakeHost(network, key);
        await StoreAsync(page, "first", "content");
        Assert.Equal(1, (await AskAsync(host, page, [0])).Type);
        for (var i = 0; i < 20; i++) await StoreAsync(page, $"{i}", "content");
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(host, page, [0]));
        Assert.Equal(0, files.Budget.Held);
    }

    [Fact]
    public async Task Random_answers_harm_nobody()
    {
        var network = new FakeNetwork();
        var random = new Random(20261120);
        var answers = new[]
        {
            HostileGateway.Message(1, Encoding.UTF8.GetBytes($$$$"""{"cid":"{{{{EmptyDirectory}}}}","entries":{"a/b":{"type":"file","cid":"{{{{HelloWorld}}}}","mimeType":"text/plain"}}}""")),
            HostileGateway.Message(3, Encoding.UTF8.GetBytes($$"""{"cid":"{{HelloWorld}}","content":"SGVsbG8sIHdvcmxkIQ==","isDirectory":false,"mimeType":"a","rawNode":"ChMIAhINSGVsbG8sIHdvcmxkIRgN"}""")),
        };
        await using var other = new HostileGateway(network, async stream =>
        {
            var (type, _) = await HostileGateway.ReadRequestAsync(stream);
            var answer = (byte[])answers[type == 0 ? 0 : 1].Clone();
            lock (random)
            {
                for (var n = random.Next(1, 4); n > 0; n--) answer[random.Next(answer.Length)] = (byte)random.Next(256);
            }

            await stream.WriteAsync(answer, completeWrites: true);
        });
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network));
        var page = await gateway.OpenAsync();
        for (var i = 0; i < Soak.Count(100, 20_000); i++)
        {
            await ListAsync(page, other.Id);
            await GetAsync(page, HelloWorld, other.Id);
        }

        await StoreAsync(page, "still", "here");
    }

    private static async Task<JsonElement> GetAsync(TestPage page, string cid, string? fallback)
    {
        await page.RequestAsync("getfile", fallback is null ? $$"""{"cid":"{{cid}}"}""" : $$"""{"cid":"{{cid}}","fallbackPeerID":"{{fallback}}"}""");
        return await page.NextPushAsync("gotFile");
    }

    private static async Task<string> GetTextAsync(TestPage page, string cid, string? fallback)
    {
        var got = await GetAsync(page, cid, fallback);
        Assert.True(got.GetProperty("success").GetBoolean(), got.GetRawText());
        return Encoding.UTF8.GetString(got.GetProperty("content").GetProperty("content").GetBytesFromBase64());
    }

    private static byte[] Request(string cid) => HostileGateway.Message(2, Encoding.UTF8.GetBytes($$"""{"cid":"{{cid}}"}"""));

    private static async Task<(byte Type, string Json)> AskAsync(FakeHost host, TestPage page, byte[] request)
    {
        await using var stream = await host.OpenStreamAsync(PeerId.Parse(page.PeerId), [Protocol]);
        await stream.WriteAsync(request, completeWrites: true);
        return await HostileGateway.ReadAnswerAsync(stream).WaitAsync(TestPage.Patience);
    }
}
