using Causeway.Apps.Configuration;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Apps.Tests.Configuration;

/// <summary>The configuration file of a site.</summary>
public sealed class SiteConfigurationTests
{
    [Fact]
    public void An_empty_file_changes_nothing() => Assert.Equal(new SiteConfiguration(), SiteConfigurationReader.Read("# nothing\n"));

    [Fact]
    public void Every_key_has_its_effect()
    {
        var values = new Dictionary<string, string>
        {
            ["server.port"] = "8080",
            ["server.portRange"] = "5",
            ["server.maxHeaderBytes"] = "1_048_576",
            ["server.timeouts.read"] = "\"15s\"",
            ["server.timeouts.write"] = "\"1m30s\"",
            ["server.timeouts.idle"] = "\"60s\"",
            ["server.timeouts.readHeader"] = "\"5s\"",
            ["http.cacheControl"] = "\"no-store\"",
            ["http.security.xContentTypeOptions"] = "\"\"",
            ["http.security.xFrameOptions"] = "\"DENY\"",
            ["http.security.contentSecurityPolicy"] = "\"\"",
            ["http.cors.enabled"] = "true\nhttp.cors.allowOrigin = \"*\"",
            ["http.cors.allowOrigin"] = "\"https://www.example.org\"",
            ["http.cors.allowMethods"] = "[\"GET\", \"POST\"]",
            ["http.cors.allowHeaders"] = "[\"Content-Type\"]",
            ["websocket.checkOrigin"] = "false",
            ["websocket.allowedOrigins"] = "[\"http://localhost:3000\"]",
            ["websocket.readBufferSize"] = "1024",
            ["websocket.writeBufferSize"] = "1024",
            ["behavior.autoExitTimeout"] = "\"0s\"",
            ["behavior.autoOpenBrowser"] = "false",
            ["behavior.linger"] = "true",
            ["behavior.verbosity"] = "3",
            ["files.indexFile"] = "\"home.html\"",
            ["files.spaFallback"] = "false",
            ["p2p.protocolName"] = "\"/my-app/1.0.0\"",
            ["p2p.fileUpdateNotifyTopic"] = "\"chatroom\"",
            ["p2p.bootstrap"] = "[\"/ip4/192.0.2.1/tcp/9092/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB\"]",
            ["p2p.relays"] = "[\"/ip4/192.0.2.1/tcp/9092/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB\"]",
            ["p2p.local"] = "true",
            ["p2p.portMapping"] = "true",
        };
        Assert.Equal(SiteKeys.All.Select(k => k.Name), values.Keys);
        foreach (var (key, value) in values) Assert.NotEqual(new SiteConfiguration(), SiteConfigurationReader.Read($"{key} = {value}\n"));
    }

    [Fact]
    public void Values_are_read_as_they_are_meant()
    {
        var read = SiteConfigurationReader.Read(
            """
            [server]
            port = 8080
            [server.timeouts]
            write = "1m30s"
            readHeader = "500ms"
            read = "0s"
            [http.cors]
            enabled = true
            allowOrigin = "https://www.example.org/"
            [p2p]
            fileUpdateNotifyTopic = "chatroom"
            """);
        Assert.Equal(8080, read.Port);
        Assert.Equal(TimeSpan.FromSeconds(90), read.WriteTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(500), read.HeaderTimeout);
        Assert.Null(read.ReadTimeout);
        Assert.Equal("https://www.example.org", read.CorsOrigin);
        Assert.Equal("chatroom", read.NotifyTopic);
    }

    [Fact]
    public void Written_defaults_are_the_defaults()
    {
        foreach (var key in SiteKeys.All.Where(k => k.Default.Length > 0))
        {
            var read = SiteConfigurationReader.Read($"{key.Name} = {key.Default}\n");
            Assert.Equal(new SiteConfiguration(), read with { CorsMethods = Same(read.CorsMethods, []), CorsHeaders = Same(read.CorsHeaders, []), AllowedOrigins = Same(read.AllowedOrigins, []), Bootstrap = Same(read.Bootstrap, []), Relays = Same(read.Relays, []) });
        }

        static IReadOnlyList<T> Same<T>(IReadOnlyList<T> list, IReadOnlyList<T> empty) => list.Count == 0 ? empty : list;
    }

    [Theory]
    [InlineData("server.port = 70000", "server.port must be a whole number from 0 to 65535; found 70000")]
    [InlineData("server.port = \"80\"", "found \"80\"")]
    [InlineData("server.portRange = 0", "1 to 1000")]
    [InlineData("server.port = 65500", "choose a lower port")]
    [InlineData("server.maxHeaderBytes = 1", "4096")]
    [InlineData("server.timeouts.read = 15", "in quotes")]
    [InlineData("server.timeouts.read = \"15\"", "a time of")]
    [InlineData("server.timeouts.read = \"-1s\"", "a time of")]
    [InlineData("server.timeouts.read = \"25h\"", "a time of")]
    [InlineData("server.timeouts.read = \"1s1m\"", "a time of")]
    [InlineData("server.timeouts.idle = \"0s\"", "a time of 1ms")]
    [InlineData("http.cacheControl = \"a\\nb\"", "http.cacheControl")]
    [InlineData("http.cacheControl = \"é\"", "ASCII")]
    [InlineData("http.security.xFrameOptions = \"NO\"", "\"DENY\" or \"SAMEORIGIN\"")]
    [InlineData("http.cors.enabled = true", "allowOrigin")]
    [InlineData("http.cors.enabled = 1", "true or false")]
    [InlineData("http.cors.allowOrigin = \"example.org/x\"", "not an origin")]
    [InlineData("http.cors.allowMethods = \"GET\"", "array")]
    [InlineData("http.cors.allowMethods = [\"GET POST\"]", "array of names")]
    [InlineData("websocket.allowedOrigins = [\"nonsense\"]", "not an origin")]
    [InlineData("websocket.allowedOrigins = [1]", "found 1")]
    [InlineData("behavior.verbosity = 4", "0 to 3")]
    [InlineData("files.indexFile = \"../index.html\"", "name of a file")]
    [InlineData("files.indexFile = \"\"", "name of a file")]
    [InlineData("p2p.protocolName = \"x\"", "protocol")]
    [InlineData("p2p.bootstrap = [\"/ip4/192.0.2.1/tcp/1\"]", "name their peer")]
    [InlineData("server.prot = 1", "there is no key server.prot, but there is server.port")]
    [InlineData("fileUpdateNotifyTopic = \"x\"", "but there is p2p.fileUpdateNotifyTopic")]
    [InlineData("completely.different = 1", "there is no key completely.different;")]
    public void What_makes_no_sense_is_refused_with_file_and_line(string line, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => SiteConfigurationReader.Read($"# a comment\n\n{line}\n", "site/causeway.toml"));
        Assert.StartsWith("site/causeway.toml, line 3: ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void A_file_cannot_write_to_the_terminal()
        => Assert.DoesNotContain('\u001b', Assert.Throws<UserErrorException>(() => SiteConfigurationReader.Read("\"\\u001b[2J\" = 1", "x")).Message);

    [Fact]
    public void The_reference_page_has_every_key_as_it_is()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Causeway.slnx"))) root = root.Parent;
        var page = File.ReadLines(Path.Combine(root!.FullName, "docs", "reference", "site-configuration.md"));
        var rows = page.SkipWhile(l => l != "## Keys").Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal)).Where(l => l.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(SiteKeys.All.Select(k => $"| `{k.Name}` | {k.Type} | {(k.Default.Length > 0 ? $"`{k.Default}`" : "–")} | {k.Meaning} |"), rows);
    }
}
