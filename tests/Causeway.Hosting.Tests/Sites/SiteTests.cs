using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Sites;

namespace Causeway.Hosting.Tests.Sites;

/// <summary>A folder served as a site.</summary>
public sealed class SiteTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "causeway-site-" + Guid.NewGuid().ToString("N"));
    private TestServer _server = null!;

    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "site", "assets"));
        Directory.CreateDirectory(Path.Combine(_folder, "site", ".git"));
        File.WriteAllText(Path.Combine(_folder, "secret.txt"), "secret");
        File.WriteAllText(Path.Combine(_folder, "site", "index.html"), "<!doctype html>index");
        File.WriteAllText(Path.Combine(_folder, "site", "assets", "app.js"), "0123456789");
        File.WriteAllText(Path.Combine(_folder, "site", "assets", "index.html"), "assets index");
        File.WriteAllText(Path.Combine(_folder, "site", "data.unknown"), "?");
        File.WriteAllText(Path.Combine(_folder, "site", ".env"), "secret");
        File.WriteAllText(Path.Combine(_folder, "site", ".git", "config"), "secret");
        _server = await TestServer.StartAsync(app => app.UseSite(new SiteOptions { Files = SiteFolder.Open(Path.Combine(_folder, "site")) }));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("/", "text/html", "<!doctype html>index")]
    [InlineData("/index.html", "text/html", "<!doctype html>index")]
    [InlineData("/assets/app.js", "text/javascript", "0123456789")]
    [InlineData("/assets/", "text/html", "assets index")]
    [InlineData("/data.unknown", "application/octet-stream", "?")]
    [InlineData("/rooms/42", "text/html", "<!doctype html>index")]
    [InlineData("/rooms/page.html", "text/html", "<!doctype html>index")]
    public async Task Files_and_the_routes_of_the_page_are_served(string path, string type, string content)
    {
        var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(content, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/assets", "/assets/")]
    [InlineData("/assets?a=b%20c", "/assets/?a=b%20c")]
    [InlineData("/two%20words", "/two%20words/")]
    [InlineData("//assets", "/assets/")]
    public async Task A_folder_with_a_page_is_sent_to_its_address_with_a_slash(string path, string location)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "site", "two words"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "site", "two words", "index.html"), "x");
        var response = await Client.GetAsync(new Uri($"http://127.0.0.1:{_server.Port}{path}"));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(location, response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/missing.js")]
    [InlineData("/assets/missing.png")]
    [InlineData("/.env")]
    public async Task A_file_that_is_not_there_is_not_found(string path)
        => Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/assets/../../secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/%2e%2e%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("/.git/config")]
    [InlineData("/./../secret.txt")]
    public async Task Nothing_outside_the_folder_is_served(string path)
    {
        // As raw bytes: a client would tidy the path up.
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _server.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 ", answer);
        Assert.DoesNotContain("secret", answer);
    }

    [Fact]
    public async Task A_range_is_served_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app.js") { Headers = { Range = new RangeHeaderValue(2, 4) } };
        var response = await Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("234", await response.Content.ReadAsStringAsync());
        Assert.Equal("bytes 2-4/10", response.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task A_file_that_has_not_changed_is_not_sent_again()
    {
        var first = await Client.GetAsync(new Uri("/assets/app.js", UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app.js") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await Client.SendAsync(request)).StatusCode);
        using var dated = new HttpRequestMessage(HttpMethod.Get, "/assets/app.js") { Headers = { IfModifiedSince = first.Content.Headers.LastModified } };
        Assert.Equal(HttpStatusCode.NotModified, (await Client.SendAsync(dated)).StatusCode);
    }

    [Fact]
    public async Task Security_headers_are_on_every_answer()
    {
        foreach (var path in new[] { "/", "/assets/app.js", "/missing.js" })
        {
            var headers = (await Client.GetAsync(new Uri(path, UriKind.Relative))).Headers;
            Assert.Equal(SiteOptions.StrictPolicy, Assert.Single(headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
            Assert.True(headers.CacheControl!.NoCache);
            Assert.False(headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task A_site_chooses_its_page_its_headers_and_whether_it_routes()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "site", "assets", "home.html"), "home");
        await using var server = await TestServer.StartAsync(app => app.UseSite(new SiteOptions
        {
            Files = SiteFolder.Open(Path.Combine(_folder, "site", "assets"), "home.html"),
            IndexFile = "home.html",
            SpaFallback = false,
            ContentSecurityPolicy = "",
            ContentTypeOptions = "",
            FrameOptions = "DENY",
            CacheControl = "public, max-age=3600",
        }));
        using var page = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("home", await page.Content.ReadAsStringAsync());
        Assert.False(page.Headers.Contains("Content-Security-Policy"));
        Assert.False(page.Headers.Contains("X-Content-Type-Options"));
        Assert.Equal("DENY", Assert.Single(page.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("public, max-age=3600", page.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(new Uri("/a/route", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Other_methods_are_not_answered_with_files()
        => Assert.Equal(HttpStatusCode.NotFound, (await Client.PostAsync(new Uri("/", UriKind.Relative), null)).StatusCode);

    [Fact]
    public void The_layout_with_an_html_folder_is_found()
    {
        var folder = Path.Combine(_folder, "older");
        Directory.CreateDirectory(Path.Combine(folder, "html"));
        File.WriteAllText(Path.Combine(folder, "html", "index.html"), "x");
        Assert.True(SiteFolder.Open(folder).GetFileInfo("/index.html").Exists);
    }

    [Fact]
    public void A_folder_without_a_site_and_none_at_all_are_explained()
    {
        Assert.Contains("index.html", Assert.Throws<UserErrorException>(() => SiteFolder.Open(_folder)).Message);
        var missing = Assert.Throws<UserErrorException>(() => SiteFolder.Open(Path.Combine(_folder, "nowhere")));
        Assert.Contains("does not exist", missing.Message);
        Assert.Equal(ExitCode.Usage, missing.ExitCode);
    }
}
