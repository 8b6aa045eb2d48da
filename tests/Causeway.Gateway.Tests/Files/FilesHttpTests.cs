using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Files;
using Causeway.Hosting.Access;
using static Causeway.Gateway.Tests.Files.OwnFilesTests;

namespace Causeway.Gateway.Tests.Files;

/// <summary>A page's own tree over HTTP, and who may touch it.</summary>
public sealed class FilesHttpTests
{
    private const string HelloWorld = "bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya";

    [Fact]
    public async Task A_file_is_stored_read_listed_and_removed()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var stored = await page.PutAsync("/files/docs/hello%20w%C3%B6rld.txt", "Hello, world!");
        Assert.Equal(HelloWorld, stored.GetProperty("fileCid").GetString());
        var list = await page.JsonAsync(HttpMethod.Get, "/files/");
        Assert.Equal(stored.GetProperty("rootCid").GetString(), list.GetProperty("cid").GetString());
        Assert.Equal(["docs", "docs/hello wörld.txt"], list.GetProperty("entries").EnumerateObject().Select(p => p.Name));
        Assert.Equal((await ListAsync(page.Page, page.Page.PeerId)).GetProperty("entries").GetRawText(), list.GetProperty("entries").GetRawText());
        Assert.Equal(["hello wörld.txt"], (await page.JsonAsync(HttpMethod.Get, "/files/docs")).GetProperty("entries").EnumerateObject().Select(p => p.Name));
        using var read = await page.SendAsync(HttpMethod.Get, "/files/docs/hello%20w%C3%B6rld.txt");
        Assert.Equal("Hello, world!", await read.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", read.Content.Headers.ContentType!.ToString());
        Assert.Equal($"\"{HelloWorld}\"", read.Headers.ETag!.Tag);
        using var head = await page.SendAsync(HttpMethod.Head, "/files/docs/hello%20w%C3%B6rld.txt");
        Assert.Equal(13, head.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NoContent, (await page.SendAsync(HttpMethod.Delete, "/files/docs")).StatusCode);
        Assert.Empty((await page.JsonAsync(HttpMethod.Get, "/files")).GetProperty("entries").EnumerateObject());
    }

    [Fact]
    public async Task A_path_that_ends_in_a_slash_is_a_directory()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.JsonAsync(HttpMethod.Put, "/files/a/b/");
        Assert.Equal("directory", (await page.JsonAsync(HttpMethod.Get, "/files/")).GetProperty("entries").GetProperty("a/b").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Mode_and_time_are_part_of_the_file()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var cid = (await page.JsonAsync(HttpMethod.Put, "/files/run?mode=755&mtime=1700000000", HttpPage.Text("Hello, world!"))).GetProperty("fileCid").GetString();
        Assert.NotEqual(HelloWorld, cid);
        using var read = await page.SendAsync(HttpMethod.Get, "/files/run");
        Assert.Equal("Hello, world!", await read.Content.ReadAsStringAsync());
        await AssertErrorAsync(HttpStatusCode.BadRequest, page.SendAsync(HttpMethod.Put, "/files/run?mode=888", HttpPage.Text("")));
        await AssertErrorAsync(HttpStatusCode.BadRequest, page.SendAsync(HttpMethod.Put, "/files/run?mtime=-1", HttpPage.Text("")));
    }

    [Theory]
    [InlineData("PUT", "/files/a//b", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/files/a%0Ab", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/files/a%2F..%2F..%2Fb", HttpStatusCode.Created)]
    [InlineData("PUT", "/files/file/x", HttpStatusCode.Conflict)]
    [InlineData("GET", "/files/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/files/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/files/", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/files/a", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PATCH", "/uploads/nothing", HttpStatusCode.NotFound)]
    public async Task What_makes_no_sense_is_refused_with_the_reason(string method, string path, HttpStatusCode status)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/file", "x");
        var asked = page.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : HttpPage.Text("x"));
        if (status == HttpStatusCode.Created) Assert.Equal(status, (await asked).StatusCode);
        else await AssertErrorAsync(status, asked);
    }

    [Fact]
    public async Task Without_a_pages_token_nothing_is_changed_and_what_is_read_is_the_sites()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/a", "A");
        using var http = new HttpClient();
        await AssertErrorAsync(HttpStatusCode.Unauthorized, http.PutAsync(gateway.Http("/files/a"), HttpPage.Text("B")));
        await AssertErrorAsync(HttpStatusCode.Unauthorized, http.DeleteAsync(gateway.Http("/files/a")));
        await AssertErrorAsync(HttpStatusCode.Unauthorized, page.LinkAsync("/files/a", ("Causeway-Page", "wrong")));

        // Nothing in this test comes after the gateway: the site has no such file.
        using var read = await page.LinkAsync("/files/a");
        Assert.Equal((HttpStatusCode.NotFound, 0), (read.StatusCode, (await read.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task A_token_ends_with_its_page_and_opens_no_other_pages_tree()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        using var other = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/a", "A");
        Assert.Empty((await other.JsonAsync(HttpMethod.Get, "/files/")).GetProperty("entries").EnumerateObject());
        await page.Page.CloseAsync();
        await TestPage.UntilAsync(
            async () => { using var response = await page.SendAsync(HttpMethod.Get, "/files/"); return response.StatusCode; }, static status => status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Foreign_origins_and_names_are_refused_and_an_allowed_origin_may_read_the_answers()
    {
        await using var gateway = await TestGateway.StartAsync(origins: new OriginPolicy(["https://chat.example.org"]));
        using var page = await HttpPage.OpenAsync(gateway);
        await AssertErrorAsync(HttpStatusCode.Forbidden, page.SendAsync(HttpMethod.Get, "/files/", null, ("Origin", "http://evil.example")));
        await AssertErrorAsync(HttpStatusCode.Forbidden, page.SendAsync(HttpMethod.Get, "/files/", null, ("Host", $"rebound.example:{gateway.Port}")));
        using var allowed = await page.SendAsync(HttpMethod.Get, "/files/nothing", null, ("Origin", "https://chat.example.org"));
        Assert.Equal(HttpStatusCode.NotFound, allowed.StatusCode);
        Assert.Equal("https://chat.example.org", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        using var http = new HttpClient();
        using var asked = new HttpRequestMessage(HttpMethod.Options, gateway.Http("/files/a"))
        {
            Headers = { { "Origin", "https://chat.example.org" }, { "Access-Control-Request-Method", "PUT" }, { "Access-Control-Request-Headers", "causeway-page,content-type" } },
        };
        using var preflight = await http.SendAsync(asked);
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Contains("Causeway-Page", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
        Assert.Contains("PUT", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launch_token_is_demanded_too()
    {
        var token = LaunchToken.Create();
        await using var gateway = await TestGateway.StartAsync(token: token);
        var bearer = ("Authorization", "Bearer " + token.Value);
        var socket = await gateway.ConnectAsync(o => o.SetRequestHeader(bearer.Item1, bearer.Item2));
        await socket.CreatePeerAsync();
        var page = (await socket.RequestAsync("fileaccess")).GetProperty("token").GetString()!;
        using var http = new HttpClient { DefaultRequestHeaders = { { "Causeway-Page", page } } };
        await AssertErrorAsync(HttpStatusCode.Unauthorized, http.GetAsync(gateway.Http("/files/")));
        http.DefaultRequestHeaders.TryAddWithoutValidation(bearer.Item1, bearer.Item2);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(gateway.Http("/files/"))).StatusCode);
    }

    [Fact]
    public async Task What_is_too_long_or_over_the_quota_is_refused_before_and_while_it_comes()
    {
        await using var files = GatewayFiles.InMemory(new FilesOptions { MaxFileBytes = 3_000_000, MaxTreeBytes = 4_000_000 });
        await using var gateway = await TestGateway.StartAsync(files: files);
        using var page = await HttpPage.OpenAsync(gateway);
        await AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, page.SendAsync(HttpMethod.Put, "/files/a", null, ("Upload-Length", "3000001"), ("Upload-Complete", "?0")));
        await AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, page.SendAsync(HttpMethod.Put, "/files/a", Chunked(3_000_001)));
        await page.JsonAsync(HttpMethod.Put, "/files/a", Chunked(2_500_000));
        await AssertErrorAsync(HttpStatusCode.InsufficientStorage, page.SendAsync(HttpMethod.Put, "/files/b", null, ("Upload-Length", "2500000"), ("Upload-Complete", "?0")));
        await AssertErrorAsync(HttpStatusCode.InsufficientStorage, page.SendAsync(HttpMethod.Put, "/files/b", Chunked(2_500_000)));
        Assert.Equal(["a"], (await page.JsonAsync(HttpMethod.Get, "/files/")).GetProperty("entries").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task An_answer_without_a_user_fault_says_only_that_the_log_says_more()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        using var broken = await page.SendAsync(HttpMethod.Get, "/files/nothing", null, ("Range", "bytes=5-1"));
        Assert.Equal("application/json", broken.Content.Headers.ContentType!.MediaType);
        var error = JsonDocument.Parse(await broken.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(404, error.GetProperty("code").GetInt32());
        Assert.Equal("file not found: nothing", error.GetProperty("message").GetString());
        Assert.Equal("nosniff", Assert.Single(broken.Headers.GetValues("X-Content-Type-Options")));
    }

    internal static async Task AssertErrorAsync(HttpStatusCode status, Task<HttpResponseMessage> asked)
    {
        using var response = await asked;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} {body}");
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.Equal((int)status, error.GetProperty("code").GetInt32());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    // Without a length in advance.
    private static StreamContent Chunked(int length) => new(new Unseekable(Encoding.ASCII.GetBytes(new string('x', length))));

    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
