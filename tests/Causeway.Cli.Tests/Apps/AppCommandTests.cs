using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Apps.Bundles;
using Causeway.Apps.Tests;
using Causeway.Apps.Tests.Bundles;
using Causeway.Cli.Apps;

namespace Causeway.Cli.Tests.Apps;

/// <summary><c>causeway app</c>, in process, with an executable that does not run in front of the site.</summary>
public sealed class AppCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStream _binary = new();
    private readonly string _base;

    public AppCommandTests()
    {
        _base = _folder.Write("causeway", FakeExecutable.Create());
        Directory.CreateDirectory(_folder["run"]);
        _folder.Write("site/html/index.html", "<!doctype html>the app");
        _folder.Write("site/html/app.js", "0123456789");
        _folder.Write("site/html/lib/app.js", "other");
        _folder.Write("site/config/causeway.toml", "[server]\nport = 0\n[behavior]\nautoOpenBrowser = false\n[p2p]\nlocal = true\n[http]\ncacheControl = \"no-store\"\n");
    }

    public void Dispose()
    {
        _binary.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("site")]
    [InlineData("app")]
    public async Task A_folder_and_its_bundle_are_served_alike(string what)
    {
        await BundleAsync();
        await using var app = await RunningGateway.RunAsync(["app", "run", _folder[what]], Variable);
        using var http = new HttpClient();
        using var page = await http.GetAsync(app.Address);
        Assert.EndsWith("the app", await page.Content.ReadAsStringAsync());
        Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
        Assert.EndsWith("the app", await http.GetStringAsync(new Uri(app.Address, "/a/route")));
        Assert.Contains("connect", await http.GetStringAsync(new Uri(app.Address, "/gateway-client/index.js")));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(app.Address, "/missing.js"))).StatusCode);

        using var part = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "/app.js"));
        part.Headers.Range = new(3, 5);
        using var answer = await http.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("345", await answer.Content.ReadAsStringAsync());

        using var socket = await app.ConnectAsync();
        Assert.Equal(0, await app.StopAsync());
        Assert.False(app.HasOpened);
    }

    [Fact]
    public async Task The_command_line_wins_over_the_configuration()
    {
        _folder.Write("site/config/causeway.toml", "server.port = 0\np2p.local = true\nbehavior.autoOpenBrowser = false\nbehavior.linger = true\nwebsocket.allowedOrigins = [\"https://one.example\"]\n");
        await using var app = await RunningGateway.RunAsync(["app", "run", _folder["site"], "--noopen", "false", "--linger", "false", "--allow-origin", "https://two.example"], Variable);
        Assert.Equal(app.Address, await app.OpenedAsync());
        using var http = new HttpClient();
        foreach (var (host, status) in new[] { ("two.example", HttpStatusCode.OK), ("one.example", HttpStatusCode.Forbidden) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, app.Address);
            request.Headers.Host = host;
            Assert.Equal(status, (await http.SendAsync(request)).StatusCode);
        }

        await app.ComeAndGoAsync();
        app.Time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal(0, await app.Ended.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_damaged_file_is_not_served()
    {
        await BundleAsync();
        var bytes = await File.ReadAllBytesAsync(_folder["app"]);
        bytes[bytes.AsSpan().IndexOf("0123456789"u8)] = (byte)'x';
        await File.WriteAllBytesAsync(_folder["app"], bytes);
        await using var app = await RunningGateway.RunAsync(["app", "run", _folder["app"]], Variable);
        using var http = new HttpClient();
        Assert.EndsWith("the app", await http.GetStringAsync(app.Address));
        using var answer = await http.GetAsync(new Uri(app.Address, "/app.js"));
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_left_out_is_reported_and_the_output_in_the_folder_is_no_part_of_itself()
    {
        _folder.Write("site/.env", "secret");
        _folder.Write("site/html/tls.key", "secret");
        for (var i = 0; i < 2; i++)
        {
            var (code, output, error) = await RunAsync("app", "bundle", _folder["site"], "-o", _folder["site/app"], "--base", _base);
            Assert.Equal(0, code);
            Assert.Contains("4 files", output);
            Assert.Contains("left out: .env (hidden)", error);
            Assert.Contains("left out: html/tls.key (a private key)", error);
            Assert.Equal(i > 0, error.Contains("left out: app (the bundle itself)"));
        }

        using var bundle = Bundle.Open(_folder["site/app"]);
        Assert.Equal(["config/causeway.toml", "html/app.js", "html/index.html", "html/lib/app.js"], bundle.Entries.Select(e => e.Path));
        Assert.Equal(new FileInfo(_base).Length, bundle.BaseLength);

        // The other way round: a bundle as the base of itself.
        Assert.Equal(0, (await RunAsync("app", "bundle", _folder["site"], "-o", _folder["site/app"], "--base", _folder["site/app"], "--include", "html/*.key")).Code);
        using var again = Bundle.Open(_folder["site/app"]);
        Assert.Equal(bundle.BaseLength, again.BaseLength);
        Assert.Contains("html/tls.key", again.Entries.Select(e => e.Path));
    }

    [Theory]
    [InlineData("other.dll", true, "is not causeway;")]
    [InlineData("causeway.dll", false, "needs .NET")]
    public async Task A_base_that_would_not_run_is_refused(string program, bool isSelfContained, string message)
    {
        var (code, _, error) = await RunAsync("app", "bundle", _folder["site"], "-o", _folder["app"], "--base", _folder.Write("base", FakeExecutable.Create(program, isSelfContained)));
        Assert.Equal(2, code);
        Assert.Contains(message, error);
        Assert.Contains("./publish", error);
        Assert.False(File.Exists(_folder["app"]));
    }

    [Fact]
    public async Task What_the_build_makes_is_no_base()
    {
        var (code, _, error) = await RunAsync("app", "bundle", _folder["site"], "-o", _folder["app"], "--base", Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "causeway.exe" : "causeway"));
        Assert.Equal(2, code);
        Assert.Contains("needs other files beside it", error);
    }

    [Theory]
    [InlineData("app", "bundle", "/there/is/no/such/folder", "-o", "x")]
    [InlineData("app", "bundle", ".")]
    [InlineData("app", "run", "/there/is/no/such/folder")]
    [InlineData("app", "ls", "/there/is/no/such/file")]
    [InlineData("app", "kill")]
    [InlineData("app", "kill", "x", "--timeout", "soon")]
    public async Task What_makes_no_sense_is_a_usage_error(params string[] args)
    {
        var (code, _, error) = await RunAsync(args);
        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_is_found_when_the_bundle_is_made()
    {
        _folder.Write("site/config/causeway.toml", "\n\n[sever]\nport = 1\n");
        var (code, _, error) = await RunAsync("app", "bundle", _folder["site"], "-o", _folder["app"], "--base", _base);
        Assert.Equal(2, code);
        Assert.Contains("causeway.toml, line 4: there is no key sever.port, but there is server.port", error);
    }

    [Fact]
    public async Task A_bundle_is_listed_for_people_and_programs()
    {
        await BundleAsync();
        Assert.Equal("config/causeway.toml  105\nhtml/app.js            10\nhtml/index.html        22\nhtml/lib/app.js         5\n".Replace(" ", ""), (await RunAsync("app", "ls", _folder["app"])).Output.Replace(" ", ""));
        Assert.StartsWith("html/app.js", (await RunAsync("app", "ls", _folder["app"], "*.js")).Output);
        using var json = JsonDocument.Parse((await RunAsync("app", "ls", _folder["app"], "--json")).Output);
        var file = json.RootElement.GetProperty("files")[1];
        Assert.Equal("html/app.js", file.GetProperty("path").GetString());
        Assert.Equal(10, file.GetProperty("bytes").GetInt64());
        Assert.Equal("84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882", file.GetProperty("sha256").GetString());
    }

    [Theory]
    [InlineData("html/app.js")]
    [InlineData("app.js")]
    public async Task A_file_of_a_bundle_is_shown(string path)
    {
        await BundleAsync();
        Assert.Equal(0, (await RunAsync("app", "cat", _folder["app"], path)).Code);
        Assert.Equal("0123456789", Encoding.UTF8.GetString(_binary.ToArray()));
    }

    [Fact]
    public async Task What_a_bundle_does_not_have_is_said_with_what_it_has()
    {
        await BundleAsync();
        var (code, _, error) = await RunAsync("app", "cat", _folder["app"], "scripts/app.js");
        Assert.Equal(2, code);
        Assert.Contains("but it has 'html/app.js'", error);
        Assert.Equal(2, (await RunAsync("app", "cat", _folder["app"], "html")).Code);
    }

    [Fact]
    public async Task Files_folders_and_patterns_are_copied()
    {
        await BundleAsync();
        Assert.Equal(0, (await RunAsync("app", "cp", _folder["app"], "*.js", "index.html", "html/lib", _folder["out/here"])).Code);
        Assert.Equal(["app.js", "index.html", "lib/app.js"], Files("out/here"));
        Assert.Contains("would both become 'app.js'", (await RunAsync("app", "cp", _folder["app"], "**/*.js", _folder["out"])).Error);
        Assert.Contains("name what to copy", (await RunAsync("app", "cp", _folder["app"], "x")).Error);
        Assert.Contains("has no 'x'", (await RunAsync("app", "cp", _folder["app"], "x", _folder["out"])).Error);
    }

    [Fact]
    public async Task A_bundle_is_extracted_to_an_empty_folder_and_bundled_again_to_the_same_bytes()
    {
        await BundleAsync();
        Assert.Equal(0, (await RunAsync("app", "extract", _folder["app"], "-o", _folder["out"])).Code);
        Assert.Equal(["config/causeway.toml", "html/app.js", "html/index.html", "html/lib/app.js"], Files("out"));
        Assert.Contains("not empty", (await RunAsync("app", "extract", _folder["app"], "-o", _folder["out"])).Error);
        Assert.Equal(0, (await RunAsync("app", "extract", _folder["app"], "-o", _folder["out"], "--force")).Code);
        Assert.Equal(0, (await RunAsync("app", "bundle", _folder["out"], "-o", _folder["again"], "--base", _base)).Code);
        Assert.Equal(await File.ReadAllBytesAsync(_folder["app"]), await File.ReadAllBytesAsync(_folder["again"]));
    }

    [Fact]
    public async Task Links_that_lie_in_wait_are_not_followed()
    {
        await BundleAsync();
        _folder.Write("out/readme");
        _folder.Write("precious/app.js", "precious");
        Directory.CreateSymbolicLink(_folder["out/html"], _folder["precious"]);
        Assert.Contains("is a link", (await RunAsync("app", "extract", _folder["app"], "-o", _folder["out"], "--force")).Error);
        Directory.Delete(_folder["out/html"]);
        Directory.CreateDirectory(_folder["out/html"]);
        File.CreateSymbolicLink(_folder["out/html/app.js"], _folder["precious/app.js"]);
        Assert.Equal(0, (await RunAsync("app", "extract", _folder["app"], "-o", _folder["out"], "--force")).Code);
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["precious/app.js"]));
        Assert.Equal("0123456789", await File.ReadAllTextAsync(_folder["out/html/app.js"]));
    }

    [Fact]
    public async Task Running_apps_are_listed_until_they_end()
    {
        Assert.Equal("[]\n", (await RunAsync("app", "ps", "--json")).Output);
        await using (var app = await RunningGateway.RunAsync(["app", "run", _folder["site"]], Variable))
        await using (var other = await RunningGateway.RunAsync(["app", "run", _folder["site"], "--name", "other", "--token"], Variable))
        {
            var (_, table, _) = await RunAsync("app", "ps");
            Assert.Contains(app.Address.AbsoluteUri, table);
            Assert.DoesNotContain("token", table);
            using var json = JsonDocument.Parse((await RunAsync("app", "ps", "--json")).Output);
            Assert.Equal(["other", "site"], json.RootElement.EnumerateArray().Select(a => a.GetProperty("name").GetString()).Order());
            Assert.All(json.RootElement.EnumerateArray(), a => Assert.Equal(Environment.ProcessId, a.GetProperty("processId").GetInt32()));
            Assert.Contains(_folder["site"], (await RunAsync("app", "ps", "-v")).Output);
            Assert.Contains("no app of yours has the name third", (await RunAsync("app", "kill", "third")).Error);
            Assert.Contains("2 apps have", (await RunAsync("app", "kill", $"{Environment.ProcessId}")).Error);
        }

        Assert.Equal("[]\n", (await RunAsync("app", "ps", "--json")).Output);
        Assert.Contains("no apps run", (await RunAsync("app", "killall")).Output);
    }

    [Fact]
    public async Task A_bundle_has_the_commands_at_its_top()
    {
        await BundleAsync();
        var app = _folder["app"];
        Assert.Equal(["app", "run", app], BundledCommandLine.Expand([], app));
        Assert.Equal(["app", "run", app, "--port", "1"], BundledCommandLine.Expand(["--port", "1"], app));
        Assert.Equal(["app", "run", app, "--help"], BundledCommandLine.Expand(["--help"], app));
        Assert.Equal(["app", "cat", app, "index.html"], BundledCommandLine.Expand(["cat", "index.html"], app));
        Assert.Equal(["app", "ps"], BundledCommandLine.Expand(["ps"], app));
        Assert.Equal(["app", "bundle", "x", "-o", "y"], BundledCommandLine.Expand(["bundle", "x", "-o", "y"], app));
        Assert.Equal(["app", "ls", "other"], BundledCommandLine.Expand(["app", "ls", "other"], app));
        Assert.Equal(["gateway"], BundledCommandLine.Expand(["gateway"], app));
        Assert.Equal(["--version"], BundledCommandLine.Expand(["--version"], app));
        Assert.Equal([], BundledCommandLine.Expand([], _base));
        Assert.Equal(["ls"], BundledCommandLine.Expand(["ls"], null));
    }

    private string[] Files(string folder) => [.. Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder[folder], f)).Order(StringComparer.Ordinal)];

    private string? Variable(string name) => name == "XDG_RUNTIME_DIR" ? _folder["run"] : name == "XDG_STATE_HOME" ? _folder["state"] : null;

    private async Task BundleAsync() => Assert.Equal(0, (await RunAsync("app", "bundle", _folder["site"], "-o", _folder["app"], "--base", _base)).Code);

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var environment = new CliEnvironment { Out = output, Error = error, OpenOutput = () => _binary, Variable = Variable, OpenBrowser = _ => { }, Stop = new CancellationToken(true) };
        return (await CommandLine.RunAsync(args, environment).WaitAsync(Patience), output.ToString(), error.ToString());
    }
}
