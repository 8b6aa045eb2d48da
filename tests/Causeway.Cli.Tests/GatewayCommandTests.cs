using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Causeway.Cli.Tests;

/// <summary><c>causeway gateway</c>, in process: the real server and real peers, with the clock and the browser in the test's hands.</summary>
public sealed class GatewayCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_chat_that_is_built_in_is_served_and_the_browser_opened()
    {
        await using var gateway = await RunningGateway.StartAsync(open: true);
        Assert.Equal(gateway.Address, await gateway.OpenedAsync());
        using var http = new HttpClient();
        var page = await http.GetStringAsync(gateway.Address);
        Assert.Contains("<!doctype html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync(new Uri(gateway.Address, "/healthz")));
        Assert.Contains("causeway", await http.GetStringAsync(new Uri(gateway.Address, "/metrics")));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Every_script_and_style_of_the_chat_is_embedded()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var http = new HttpClient();
        var page = await http.GetStringAsync(gateway.Address);
        var references = System.Text.RegularExpressions.Regex.Matches(page, "(?:src|href)=\"(?<path>[^\":]+)\"", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, Patience);
        Assert.NotEmpty(references);
        foreach (var path in references.Select(r => r.Groups["path"].Value))
        {
            var response = await http.GetAsync(new Uri(gateway.Address, path));
            Assert.True(response.IsSuccessStatusCode, path);
            Assert.NotEqual(page, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_page_gets_its_peer_and_is_told_of_the_end()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var page = await gateway.ConnectAsync();
        Assert.Contains("12D3KooW", await AskForPeerAsync(page));
        var stopping = gateway.StopAsync();
        var buffer = new byte[4096];
        var result = await page.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, result.CloseStatus);
        await page.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.Equal(0, await stopping);
    }

    [Fact]
    public async Task Five_seconds_after_the_last_page_has_gone_the_gateway_ends()
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(gateway.Ended.IsCompleted);

        await gateway.ComeAndGoAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(gateway.Ended.IsCompleted);

        // A page that comes back in time keeps it going.
        await gateway.ComeAndGoAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(gateway.Ended.IsCompleted);
        gateway.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(0, await gateway.Ended.WaitAsync(Patience));
    }

    [Fact]
    public async Task With_linger_it_stays()
    {
        await using var gateway = await RunningGateway.StartAsync("--linger");
        using (var page = await gateway.ConnectAsync()) await page.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        using (var page = await gateway.ConnectAsync()) Assert.Contains("peerid", await AskForPeerAsync(page));
        gateway.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(gateway.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_folder_is_served_with_its_inline_scripts_allowed()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-cli");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "html"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "html", "index.html"), "<script>1</script>mine");
        await using var gateway = await RunningGateway.StartAsync("--dir", folder.FullName);
        using var http = new HttpClient();
        var response = await http.GetAsync(gateway.Address);
        Assert.EndsWith("mine", await response.Content.ReadAsStringAsync());
        Assert.DoesNotContain("script-src", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("default-src", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/", "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("/metrics", "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("/healthz", "rebound.example", HttpStatusCode.OK)]
    [InlineData("/", "chat.example.org", HttpStatusCode.OK)]
    [InlineData("/", "localhost", HttpStatusCode.OK)]
    public async Task A_foreign_name_that_points_here_is_shown_nothing(string path, string host, HttpStatusCode expected)
    {
        await using var gateway = await RunningGateway.StartAsync("--allow-origin", "https://chat.example.org");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, path));
        request.Headers.Host = $"{host}:{gateway.Address.Port}";
        using var response = await http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task With_a_token_only_pages_that_show_it_get_a_peer()
    {
        await using var gateway = await RunningGateway.StartAsync("--token");
        Assert.Equal("", gateway.Address.Query);
        Assert.StartsWith("#token=", gateway.Address.Fragment);
        var token = gateway.Address.Fragment["#token=".Length..];
        await Assert.ThrowsAsync<WebSocketException>(() => gateway.ConnectAsync());
        using var page = await gateway.ConnectAsync(token);
        Assert.Contains("peerid", await AskForPeerAsync(page));
    }

    [Theory]
    [InlineData("/", HttpStatusCode.Unauthorized)]
    [InlineData("/gateway-client/index.js", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", HttpStatusCode.Unauthorized)]
    [InlineData("/ws", HttpStatusCode.UpgradeRequired)]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/readyz", HttpStatusCode.OK)]
    public async Task With_a_token_only_the_state_is_told_to_everybody(string path, HttpStatusCode expected)
    {
        await using var gateway = await RunningGateway.StartAsync("--token");
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(gateway.Address, path));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_browser_gets_the_token_through_a_file_that_is_private_and_goes_in_the_end()
    {
        await using var gateway = await RunningGateway.StartAsync(open: true, "--token");
        var opened = await gateway.OpenedAsync();
        Assert.True(opened.IsFile);
        var file = opened.LocalPath;
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains($"url={gateway.Address.AbsoluteUri}\"", await File.ReadAllTextAsync(file));
        await gateway.StopAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chosen_token_comes_from_a_file_or_the_environment_and_is_not_printed(bool fromFile)
    {
        const string Token = "of-the-user/and+long";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Token + "\n");
            await using var gateway = fromFile
                ? await RunningGateway.StartAsync(false, _ => null, "--token-file", file)
                : await RunningGateway.StartAsync(false, name => name == "CAUSEWAY_TOKEN" ? Token : null);
            Assert.Equal("", gateway.Address.Fragment);
            await Assert.ThrowsAsync<WebSocketException>(() => gateway.ConnectAsync());
            using var page = await gateway.ConnectAsync(Token);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with spaces in the middle")]
    public async Task A_token_that_can_be_guessed_is_refused(string token)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment { Out = output, Error = error, Stop = CancellationToken.None, Variable = _ => token };
        Assert.Equal(2, await CommandLine.RunAsync(["gateway", "--noopen", "--local"], environment).WaitAsync(Patience));
        Assert.Contains("CAUSEWAY_TOKEN holds no token", error.ToString());
    }

    [Fact]
    public async Task A_port_that_is_in_use_ends_with_exit_code_3_and_advice()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var code = await CommandLine.RunAsync(
            ["gateway", "--noopen", "--local", "--port", $"{port}"], new CliEnvironment { Out = output, Error = error, Stop = CancellationToken.None }).WaitAsync(Patience);
        Assert.Equal(3, code);
        Assert.Contains($"port {port} is in use", error.ToString());
    }

    [Fact]
    public async Task Log_lines_name_the_page_they_are_about()
    {
        await using var gateway = await RunningGateway.StartAsync("-vv");
        using var page = await gateway.ConnectAsync();
        await AskForPeerAsync(page);
        await gateway.StopAsync();
        Assert.Contains("[peer-a] Created peer 12D3KooW", gateway.Log);
    }

    private static async Task<string> AskForPeerAsync(ClientWebSocket page)
    {
        await page.SendAsync("""{"requestid":0,"method":"peer","params":{},"isresponse":false}"""u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[4096];
        var result = await page.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    [Fact]
    public async Task Every_site_has_the_browser_library_and_its_own_copy_takes_precedence()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-site-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "index.html"), "<!doctype html>mine");
            await using var gateway = await RunningGateway.StartAsync("--dir", folder.FullName);
            using var http = new HttpClient();
            var library = new Uri(gateway.Address, "/gateway-client/index.js");
            Assert.Contains("connect", await http.GetStringAsync(library));

            Directory.CreateDirectory(Path.Combine(folder.FullName, "gateway-client"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "gateway-client", "index.js"), "// mine");
            Assert.Equal("// mine", await http.GetStringAsync(library));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
