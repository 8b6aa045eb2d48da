using System.Text;
using System.Text.Json;
using Causeway.Gateway.Files;
using Causeway.Ipfs.UnixFs;

namespace Causeway.Gateway.Tests.Files;

/// <summary>A page's own tree through the JSON methods.</summary>
public sealed class OwnFilesTests
{
    private const string EmptyDirectory = "Qma5kEnM5fEKTXrFC5zXYRy5QG3hcMWopoFS7ijhxx19qc";
    private const string HelloWorld = "bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya";

    [Fact]
    public async Task A_new_peer_has_an_empty_directory()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        Assert.Equal(JsonValueKind.Null, (await page.RequestAsync("listfiles", $$"""{"peerid":"{{page.PeerId}}"}""")).ValueKind);
        Assert.Equal(
            $$$"""{"requestid":0,"method":"peerFiles","params":{"peerid":"{{{page.PeerId}}}","cid":"{{{EmptyDirectory}}}","entries":{}},"isresponse":false}""",
            await page.NextPushAsync());
    }

    [Fact]
    public async Task A_stored_file_has_the_CID_that_all_gateways_give_it_and_is_listed()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var stored = await StoreAsync(page, "docs/hello.txt", "Hello, world!");
        Assert.Equal(["fileCid", "rootCid"], stored.EnumerateObject().Select(p => p.Name));
        Assert.Equal(HelloWorld, stored.GetProperty("fileCid").GetString());
        var list = await ListAsync(page, page.PeerId);
        Assert.Equal(stored.GetProperty("rootCid").GetString(), list.GetProperty("cid").GetString());
        var entries = list.GetProperty("entries");
        Assert.Equal(["docs", "docs/hello.txt"], entries.EnumerateObject().Select(p => p.Name));
        var folder = entries.GetProperty("docs");
        Assert.Equal(["type", "cid"], folder.EnumerateObject().Select(p => p.Name));
        Assert.Equal("directory", folder.GetProperty("type").GetString());
        Assert.StartsWith("Qm", folder.GetProperty("cid").GetString(), StringComparison.Ordinal);
        Assert.Equal($$"""{"type":"file","cid":"{{HelloWorld}}","mimeType":"text/plain; charset=utf-8"}""", entries.GetProperty("docs/hello.txt").GetRawText());
    }

    [Fact]
    public async Task A_file_is_given_back_as_base64_and_a_directory_as_names()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var root = (await StoreAsync(page, "hello.txt", "Hello, world!")).GetProperty("rootCid").GetString();
        await page.RequestAsync("getfile", $$"""{"cid":"{{HelloWorld}}"}""");
        Assert.Equal(
            $$$"""{"requestid":0,"method":"gotFile","params":{"cid":"{{{HelloWorld}}}","success":true,"content":{"type":"file","mimeType":"text/plain; charset=utf-8","content":"SGVsbG8sIHdvcmxkIQ=="}},"isresponse":false}""",
            await page.NextPushAsync());
        await page.RequestAsync("getfile", $$"""{"cid":"{{root}}","fallbackPeerID":null}""");
        Assert.Equal(
            $$$$"""{"requestid":1,"method":"gotFile","params":{"cid":"{{{{root}}}}","success":true,"content":{"type":"directory","entries":{"hello.txt":"{{{{HelloWorld}}}}"}}},"isresponse":false}""",
            await page.NextPushAsync());
    }

    [Fact]
    public async Task Symbolic_links_in_a_tree_that_was_made_elsewhere_are_left_out()
    {
        await using var files = GatewayFiles.InMemory();
        await using var gateway = await TestGateway.StartAsync(files: files);
        var (link, file) = (await files.Importer.ImportSymlinkAsync("/etc"), await files.Importer.ImportAsync(new MemoryStream("Hello, world!"u8.ToArray())));
        UnixFsLink[] entries = [new("link", link.Cid, link.DagSize), new("hello.txt", file.Cid, file.DagSize)];
        var root = await files.Directories.CreateAsync(entries);
        var page = await gateway.ConnectAsync();
        var peer = await page.RequestAsync("peer", $$"""{"rootDirectory":"{{root.Cid}}"}""");
        var list = await ListAsync(page, peer.GetProperty("peerid").GetString()!);
        Assert.Equal(["hello.txt"], list.GetProperty("entries").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_file_that_a_list_has_named_has_the_type_of_its_name()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var cid = (await StoreAsync(page, "page.html", "<p>")).GetProperty("fileCid").GetString();
        await ListAsync(page, page.PeerId);
        await page.RequestAsync("getfile", $$"""{"cid":"{{cid}}"}""");
        Assert.Equal("text/html; charset=utf-8", (await page.NextPushAsync("gotFile")).GetProperty("content").GetProperty("mimeType").GetString());
    }

    [Fact]
    public async Task What_nobody_has_is_a_failure_that_says_so()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.RequestAsync("getfile", $$"""{"cid":"{{HelloWorld}}"}""");
        var push = await page.NextPushAsync("gotFile");
        Assert.Equal(["cid", "success", "content"], push.EnumerateObject().Select(p => p.Name));
        Assert.False(push.GetProperty("success").GetBoolean());
        Assert.Contains(HelloWorld, push.GetProperty("content").GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_replaced_by_storing_it_again_and_removed_with_its_folder()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await StoreAsync(page, "a/b/c", "1");
        var second = await StoreAsync(page, "/a/b/c", "2");
        Assert.Equal(second.GetProperty("fileCid").GetString(), (await ListAsync(page, page.PeerId)).GetProperty("entries").GetProperty("a/b/c").GetProperty("cid").GetString());
        Assert.Equal(JsonValueKind.Null, (await page.RequestAsync("removefile", """{"path":"a/b"}""")).ValueKind);
        Assert.Equal(["a"], (await ListAsync(page, page.PeerId)).GetProperty("entries").EnumerateObject().Select(p => p.Name));
        await page.RequestAsync("removefile", """{"path":"a"}""");
        Assert.Equal(EmptyDirectory, (await ListAsync(page, page.PeerId)).GetProperty("cid").GetString());
    }

    [Fact]
    public async Task A_directory_is_made_once_and_keeps_what_is_in_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var made = await page.RequestAsync("storefile", """{"path":"docs","directory":true}""");
        Assert.Equal(EmptyDirectory, made.GetProperty("fileCid").GetString());
        var root = (await StoreAsync(page, "docs/a", "A")).GetProperty("rootCid").GetString();
        Assert.Equal(root, (await page.RequestAsync("storefile", """{"path":"docs","directory":true}""")).GetProperty("rootCid").GetString());
        Assert.Equal((409, "a file is there already: docs/a"), await page.RequestErrorAsync("storefile", """{"path":"docs/a","directory":true}"""));
    }

    [Theory]
    [InlineData("""{"path":"","content":"","directory":false}""", 400, "invalid params: path is empty")]
    [InlineData("""{"path":"a/../b","content":"","directory":false}""", 400, "invalid params: path has a name that is not allowed")]
    [InlineData("""{"path":"..","content":"","directory":false}""", 400, "invalid params: path has a name that is not allowed")]
    [InlineData("""{"path":"a//b","content":"","directory":false}""", 400, "invalid params: path has an empty name")]
    [InlineData("""{"path":"a\u0000b","content":"","directory":false}""", 400, "invalid params: path has a name that is not allowed")]
    [InlineData("""{"path":"a","content":"?","directory":false}""", 400, "invalid params: content must be base64")]
    [InlineData("""{"path":"a","content":"","directory":1}""", 400, "invalid params: directory must be true or false")]
    [InlineData("""{"content":""}""", 400, "invalid params: path is missing")]
    public async Task What_is_no_path_is_refused(string parameters, int code, string message)
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        Assert.Equal((code, message), await page.RequestErrorAsync("storefile", parameters));
    }

    [Fact]
    public async Task Paths_that_are_too_deep_and_names_that_are_too_long_are_refused()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var deep = string.Join('/', Enumerable.Repeat("x", 64));
        await StoreAsync(page, deep, "");
        Assert.Equal((400, "invalid params: path has more than 64 names"), await page.RequestErrorAsync("storefile", $$"""{"path":"{{deep}}/x"}"""));
        Assert.Equal(400, (await page.RequestErrorAsync("storefile", $$"""{"path":"{{new string('x', 256)}}"}""")).Code);
        await StoreAsync(page, new string('x', 255), "");
    }

    [Fact]
    public async Task A_path_through_a_file_and_the_removal_of_nothing_are_conflicts()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await StoreAsync(page, "a", "A");
        Assert.Equal(409, (await page.RequestErrorAsync("storefile", """{"path":"a/b","content":""}""")).Code);
        Assert.Equal((409, "file not found: b"), await page.RequestErrorAsync("removefile", """{"path":"b"}"""));
        Assert.Equal((409, "file not found: a/b"), await page.RequestErrorAsync("removefile", """{"path":"a/b"}"""));
    }

    [Fact]
    public async Task Changes_asked_for_without_waiting_are_made_in_order_and_a_list_asked_for_after_them_has_them_all()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var stored = new List<Task<JsonElement>>();
        for (var i = 0; i < 100; i++) stored.Add(await page.BeginAsync("storefile", $$"""{"path":"f{{i % 10}}","content":"{{Base64($"{i}")}}"}"""));
        _ = await page.BeginAsync("removefile", """{"path":"f0"}""");
        var list = await ListAsync(page, page.PeerId);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => $"f{i}"), list.GetProperty("entries").EnumerateObject().Select(p => p.Name));
        var last = (await stored[^1].WaitAsync(TestPage.Patience)).GetProperty("result").GetProperty("fileCid").GetString();
        Assert.Equal(last, list.GetProperty("entries").GetProperty("f9").GetProperty("cid").GetString());
    }

    [Fact]
    public async Task A_file_over_the_peers_quota_is_refused_and_changes_nothing()
    {
        await using var files = GatewayFiles.InMemory(new FilesOptions { MaxTreeBytes = 1024 * 1024 });
        await using var gateway = await TestGateway.StartAsync(files: files);
        var page = await gateway.OpenAsync();
        await StoreAsync(page, "a", new string('a', 600_000));
        Assert.Equal(507, (await page.RequestErrorAsync("storefile", $$"""{"path":"b","content":"{{Base64(new string('b', 600_000))}}"}""")).Code);
        Assert.Equal(["a"], (await ListAsync(page, page.PeerId)).GetProperty("entries").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_page_that_comes_back_has_its_tree_and_one_with_another_identity_can_ask_for_it()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { DuplicateGrace = TestPage.Patience });
        var page = await gateway.OpenAsync();
        var root = (await StoreAsync(page, "a", "A")).GetProperty("rootCid").GetString()!;
        await page.CloseAsync();
        var again = await gateway.OpenAsync(page.PeerKey);
        Assert.Equal(root, (await ListAsync(again, again.PeerId)).GetProperty("cid").GetString());
        var other = await gateway.ConnectAsync();
        await other.RequestAsync("peer", $$"""{"rootDirectory":"{{root}}"}""");
        Assert.Equal(root, (await other.RequestAsync("fileaccess")).GetProperty("rootCid").GetString());
    }

    [Theory]
    [InlineData("nonsense", 400)]
    [InlineData("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", 409)]
    [InlineData(HelloWorld, 409)]
    public async Task A_root_that_is_not_here_or_no_directory_is_refused_and_the_page_may_ask_without_it(string root, int code)
    {
        await using var gateway = await TestGateway.StartAsync();
        var other = await gateway.OpenAsync();
        await StoreAsync(other, "hello", "Hello, world!");
        var page = await gateway.ConnectAsync();
        var (got, message) = await page.RequestErrorAsync("peer", $$"""{"rootDirectory":"{{root}}"}""");
        Assert.Equal(code, got);
        Assert.Contains("rootDirectory", message, StringComparison.Ordinal);
        await page.CreatePeerAsync();
    }

    [Fact]
    public async Task Access_to_files_is_told_and_from_then_on_each_new_root()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { NotifyTopic = "files" });
        var page = await gateway.OpenAsync();
        await StoreAsync(page, "a", "A");
        var access = await page.RequestAsync("fileaccess");
        Assert.Equal(["token", "rootCid", "notifyTopic"], access.EnumerateObject().Select(p => p.Name));
        Assert.Equal("files", access.GetProperty("notifyTopic").GetString());
        await page.RequestAsync("fileaccess");
        var root = (await StoreAsync(page, "b", "B")).GetProperty("rootCid").GetString();
        Assert.Equal($$$"""{"requestid":0,"method":"rootDirectory","params":{"cid":"{{{root}}}"},"isresponse":false}""", await page.NextPushAsync());
        await page.RequestAsync("removefile", """{"path":"b"}""");
        Assert.Equal(access.GetProperty("rootCid").GetString(), (await page.NextPushAsync("rootDirectory")).GetProperty("cid").GetString());
    }

    [Fact]
    public async Task Changes_are_told_on_the_topic_that_the_site_has_for_them()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { NotifyTopic = "files" });
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", """{"topic":"files"}""");
        await StoreAsync(b, "a", "A");
        var push = await a.NextPushAsync("topicData");
        Assert.Equal(b.PeerId, push.GetProperty("peerid").GetString());
        Assert.Equal($$"""{"type":"p2p-webapp-file-update","peer":"{{b.PeerId}}"}""", push.GetProperty("data").GetRawText());
    }

    internal static async Task<JsonElement> StoreAsync(TestPage page, string path, string content)
        => await page.RequestAsync("storefile", $$"""{"path":{{JsonSerializer.Serialize(path)}},"content":"{{Base64(content)}}","directory":false}""");

    internal static async Task<JsonElement> ListAsync(TestPage page, string peer)
    {
        await page.RequestAsync("listfiles", $$"""{"peerid":"{{peer}}"}""");
        return await page.NextPushAsync("peerFiles");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
