using System.Net;
using System.Text.Json;
using Causeway.Gateway.Files;
using Causeway.Gateway.Tests.Fakes;

namespace Causeway.Gateway.Tests.Files;

/// <summary><c>GET /ipfs/…</c>: contents for pages, images and links.</summary>
public sealed class ContentHttpTests
{
    private const string HelloWorld = "bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya";

    [Fact]
    public async Task The_cookie_of_the_WebSocket_opens_contents_to_images_and_links_as_long_as_a_page_is_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        var cookies = new CookieContainer();
        using var page = await HttpPage.OpenAsync(gateway, cookies: cookies);
        await page.PutAsync("/files/hello.txt", "Hello, world!");
        var cookie = Assert.Single(cookies.GetAllCookies());
        Assert.True(cookie.HttpOnly);
        Assert.Equal("/ipfs/", cookie.Path);
        using var read = await page.LinkAsync($"/ipfs/{HelloWorld}");
        Assert.Equal("Hello, world!", await read.Content.ReadAsStringAsync());

        // A second tab has the same browser, and no other cookie.
        using var second = await HttpPage.OpenAsync(gateway, cookies: cookies);
        await page.Page.CloseAsync();
        await TestPage.UntilAsync(() => Task.FromResult(gateway.Endpoint.PageCount), static pages => pages == 1);
        Assert.Equal(HttpStatusCode.OK, (await page.LinkAsync($"/ipfs/{HelloWorld}")).StatusCode);
        await second.Page.CloseAsync();
        await TestPage.UntilAsync(() => Task.FromResult(gateway.Endpoint.PageCount), static pages => pages == 0);
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.Unauthorized, page.LinkAsync($"/ipfs/{HelloWorld}"));
    }

    [Fact]
    public async Task Without_cookie_and_header_there_is_nothing_and_what_is_no_CID_is_the_sites()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/hello.txt", "Hello, world!");
        using var http = new HttpClient();
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.Unauthorized, http.GetAsync(gateway.Http($"/ipfs/{HelloWorld}")));
        using var site = await page.LinkAsync("/ipfs/logo.png");
        Assert.Equal((HttpStatusCode.NotFound, 0), (site.StatusCode, (await site.Content.ReadAsByteArrayAsync()).Length));
    }

    [Theory]
    [InlineData("bytes=0-4", HttpStatusCode.PartialContent, "Hello", "bytes 0-4/13")]
    [InlineData("bytes=7-", HttpStatusCode.PartialContent, "world!", "bytes 7-12/13")]
    [InlineData("bytes=7-1000", HttpStatusCode.PartialContent, "world!", "bytes 7-12/13")]
    [InlineData("bytes=-6", HttpStatusCode.PartialContent, "world!", "bytes 7-12/13")]
    [InlineData("bytes=-1000", HttpStatusCode.PartialContent, "Hello, world!", "bytes 0-12/13")]
    [InlineData("bytes=0-1,3-4", HttpStatusCode.OK, "Hello, world!", null)]
    [InlineData("lines=0-1", HttpStatusCode.OK, "Hello, world!", null)]
    [InlineData("nonsense", HttpStatusCode.OK, "Hello, world!", null)]
    public async Task A_range_is_served(string range, HttpStatusCode status, string body, string? contentRange)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/hello.txt", "Hello, world!");
        using var read = await page.LinkAsync($"/ipfs/{HelloWorld}", ("Range", range));
        Assert.Equal((status, body, contentRange), (read.StatusCode, await read.Content.ReadAsStringAsync(), read.Content.Headers.ContentRange?.ToString()));
        Assert.Equal(body.Length, read.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Conditions_hold_a_range_or_a_whole_file_back()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/hello.txt", "Hello, world!");
        var url = $"/ipfs/{HelloWorld}";
        Assert.Equal(HttpStatusCode.PartialContent, (await page.LinkAsync(url, ("Range", "bytes=0-1"), ("If-Range", $"\"{HelloWorld}\""))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await page.LinkAsync(url, ("Range", "bytes=0-1"), ("If-Range", "\"other\""))).StatusCode);
        foreach (var match in new[] { $"\"{HelloWorld}\"", $"\"x\", W/\"{HelloWorld}\"", "*" })
            Assert.Equal(HttpStatusCode.NotModified, (await page.LinkAsync(url, ("If-None-Match", match))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await page.LinkAsync(url, ("If-None-Match", "\"other\""))).StatusCode);
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.RequestedRangeNotSatisfiable, page.LinkAsync(url, ("Range", "bytes=13-")));
    }

    [Fact]
    public async Task A_range_in_the_middle_of_a_large_file_is_right()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var bytes = new byte[5_000_000];
        new Random(5).NextBytes(bytes);
        var cid = (await page.JsonAsync(HttpMethod.Put, "/files/large", new ByteArrayContent(bytes))).GetProperty("fileCid").GetString();
        using var part = await page.LinkAsync($"/ipfs/{cid}", ("Range", "bytes=262143-3145729"));
        Assert.Equal(bytes[262143..3145730], await part.Content.ReadAsByteArrayAsync());
        using var whole = await page.LinkAsync($"/ipfs/{cid}");
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("page.html", "<script>alert(1)</script>", "text/html; charset=utf-8", "attachment")]
    [InlineData("picture.svg", "<svg/>", "image/svg+xml", "attachment")]
    [InlineData("script.js", "alert(1)", "text/javascript; charset=utf-8", "attachment")]
    [InlineData("book.pdf", "%PDF-", "application/pdf", "attachment")]
    [InlineData("picture.png", "x", "image/png", "inline")]
    [InlineData("film.mp4", "x", "video/mp4", "inline")]
    [InlineData("notes.txt", "x", "text/plain; charset=utf-8", "inline")]
    [InlineData("README", "<script>alert(1)</script>", "text/plain; charset=utf-8", "inline")]
    public async Task What_browsers_would_run_is_saved_and_nothing_runs_where_the_page_is(string name, string content, string type, string disposition)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var root = (await page.PutAsync($"/files/dir/{name}", content)).GetProperty("rootCid").GetString();
        using var read = await page.LinkAsync($"/ipfs/{root}/dir/{name}");
        Assert.Equal(type, read.Content.Headers.ContentType!.ToString());
        Assert.Equal(disposition, read.Content.Headers.ContentDisposition!.DispositionType);
        Assert.StartsWith("sandbox; default-src 'none'", Assert.Single(read.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(read.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("immutable", read.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_may_say_what_a_download_is_called()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/hello", "Hello, world!");
        using var named = await page.LinkAsync($"/ipfs/{HelloWorld}?filename=sch%C3%B6n.png");
        Assert.Equal(("attachment", "image/png"), (named.Content.Headers.ContentDisposition!.DispositionType, named.Content.Headers.ContentType!.ToString()));
        Assert.Equal("schön.png", named.Content.Headers.ContentDisposition.FileNameStar);
        using var tricked = await page.LinkAsync($"/ipfs/{HelloWorld}?filename=a%0D%0ASet-Cookie:%20x");
        Assert.False(tricked.Headers.Contains("Set-Cookie"));
        using var saved = await page.LinkAsync($"/ipfs/{HelloWorld}?download=1");
        Assert.Equal("attachment", saved.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task Contents_are_no_service_workers_and_are_only_read()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await page.PutAsync("/files/sw.js", "x");
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.Forbidden, page.LinkAsync($"/ipfs/{HelloWorld}", ("Service-Worker", "script")));
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.MethodNotAllowed, page.SendAsync(HttpMethod.Put, $"/ipfs/{HelloWorld}", HttpPage.Text("x")));
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.BadRequest, page.LinkAsync($"/ipfs/{HelloWorld}?peer=nonsense"));
    }

    [Fact]
    public async Task A_folder_is_JSON_and_a_wrong_path_is_not_found()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var root = (await page.PutAsync("/files/dir/hello", "Hello, world!")).GetProperty("rootCid").GetString();
        var folder = await page.JsonAsync(HttpMethod.Get, $"/ipfs/{root}/dir/");
        Assert.Equal(HelloWorld, folder.GetProperty("entries").GetProperty("hello").GetProperty("cid").GetString());
        Assert.True(folder.GetProperty("entries").GetProperty("hello").GetProperty("size").GetInt64() > 13);
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.NotFound, page.LinkAsync($"/ipfs/{root}/nothing"));
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.Conflict, page.LinkAsync($"/ipfs/{root}/dir/hello/x"));
    }

    [Fact]
    public async Task What_nobody_has_is_a_gateway_timeout()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.GatewayTimeout, page.LinkAsync($"/ipfs/{HelloWorld}"));
    }

    [Fact]
    public async Task More_transfers_than_allowed_are_refused_until_one_ends()
    {
        var network = new FakeNetwork();
        await using var files = GatewayFiles.InMemory(new FilesOptions { MaxTransfers = 1 });
        await using var gateway = await TestGateway.StartAsync(new FakePeerFactory(network), files: files);
        using var page = await HttpPage.OpenAsync(gateway);
        var cid = (await page.JsonAsync(HttpMethod.Put, "/files/large", new ByteArrayContent(new byte[50_000_000]))).GetProperty("fileCid").GetString();

        // More than all buffers between here and there: it waits until somebody reads.
        var slow = await page.LinkAsync($"/ipfs/{cid}");
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.TooManyRequests, page.LinkAsync($"/ipfs/{cid}"));
        Assert.Equal(50_000_000, (await slow.Content.ReadAsByteArrayAsync()).Length);
        slow.Dispose();
        await TestPage.UntilAsync(
            async () => { using var response = await page.LinkAsync($"/ipfs/{HelloWorld}"); return response.StatusCode; }, static status => status == HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task A_body_that_cannot_be_finished_is_cut_and_never_looks_whole()
    {
        await using var files = GatewayFiles.InMemory();
        await using var gateway = await TestGateway.StartAsync(files: files);
        using var page = await HttpPage.OpenAsync(gateway);
        var bytes = new byte[20_000_000];
        new Random(7).NextBytes(bytes);
        var cid = (await page.JsonAsync(HttpMethod.Put, "/files/large", new ByteArrayContent(bytes))).GetProperty("fileCid").GetString()!;
        var root = await files.Blocks.GetAsync(Causeway.Multiformats.Cid.Parse(cid));
        await files.Blocks.DeleteAsync([Ipfs.Dag.DagLinks.Of(Causeway.Multiformats.Cid.Parse(cid), root)[^1]]);
        using var read = await page.LinkAsync($"/ipfs/{cid}");
        Assert.Equal(bytes.Length, read.Content.Headers.ContentLength);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => read.Content.ReadAsByteArrayAsync());
    }
}
