using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Multiformats;

namespace Causeway.Cli.Tests;

/// <summary><c>causeway node</c>, <c>swarm</c>, <c>dht</c> and <c>netcheck</c>, in process.</summary>
public sealed class NodeCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-node-");

    private string State => Path.Combine(_folder.FullName, "node");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_node_says_where_it_is_answers_commands_and_health_and_ends_with_a_signal()
    {
        string first = "", second = "";
        await RunNodeAsync(State, async lines =>
        {
            first = lines[0];
            var (code, peers, _) = await RunAsync("swarm", "peers", "--json", "--state", State);
            Assert.Equal((0, 0), (code, JsonDocument.Parse(peers).RootElement.GetArrayLength()));
            var address = lines[1].Trim();
            (code, var connected, _) = await RunAsync("swarm", "connect", "--bootstrap", address, address);
            Assert.Equal(0, code);
            Assert.Contains("connected to " + lines[0]["Causeway node: ".Length..], connected, StringComparison.Ordinal);
            (code, var pings, var error) = await RunAsync("swarm", "ping", "-c", "1", "--bootstrap", address, address);
            Assert.True(code == 0, error);
            Assert.Contains("1 sent, 1 answered, 0 % lost", pings, StringComparison.Ordinal);
            (code, var check, _) = await RunAsync("netcheck", "--no-port-mapping", "--json", "--node", address);
            Assert.Equal(0, code);
            var node = Assert.Single(JsonDocument.Parse(check).RootElement.GetProperty("nodes").EnumerateArray());
            Assert.True(node.GetProperty("reached").GetBoolean() && node.GetProperty("relays").GetBoolean());
            Assert.Equal("public", JsonDocument.Parse(check).RootElement.GetProperty("reach").GetProperty("reachability").GetString());
            Assert.False(JsonDocument.Parse(check).RootElement.TryGetProperty("router", out _));
            using var http = new HttpClient();
            var url = lines[^1]["health and metrics: ".Length..];
            Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync($"{url}healthz"));
            Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync($"{url}readyz"));
            Assert.Contains("libp2p_swarm_connections_opened_total", await http.GetStringAsync($"{url}metrics"), StringComparison.Ordinal);
            using var block = await http.GetAsync($"{url}ipfs/bafkqaaa?format=raw");
            Assert.Equal(HttpStatusCode.OK, block.StatusCode);
            using var rebound = new HttpRequestMessage(HttpMethod.Get, $"{url}metrics") { Headers = { Host = "rebound.example" } };
            using var refused = await http.SendAsync(rebound);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
            (code, _, error) = await RunAsync("node", "--state", State, "--http-port", "0");
            Assert.Equal(1, code);
            Assert.Contains("another node runs", error, StringComparison.Ordinal);
        });
        await RunNodeAsync(State, lines =>
        {
            second = lines[0];
            return Task.CompletedTask;
        });
        Assert.Equal(first, second);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(State, "node.key")));
    }

    [Fact]
    public async Task An_archive_is_listed_and_its_blocks_are_put_into_the_node()
    {
        var block = Block.Create(Multicodec.Raw, "hello"u8.ToArray());
        var path = Path.Combine(_folder.FullName, "hello.car");
        await using (var file = File.Create(path))
        {
            var writer = await CarWriter.CreateAsync(file, [block.Cid]);
            await writer.WriteAsync(block);
        }

        var (code, listed, _) = await RunAsync("car", "ls", path);
        Assert.Equal((0, $"root   {block.Cid}\nblock  {block.Cid}  5\nversion 1, 1 blocks, 5 B\n"), (code, listed.ReplaceLineEndings("\n")));
        (code, listed, _) = await RunAsync("car", "ls", path, "--json");
        Assert.Equal(2, listed.Trim().Split('\n').Select(static line => JsonDocument.Parse(line)).Count());
        await RunNodeAsync(State, async lines =>
        {
            (code, var imported, var error) = await RunAsync("car", "import", path, "--state", State);
            Assert.True(code == 0, error);
            Assert.Equal($"1 blocks, 5 B\npinned  {block.Cid}\n", imported.ReplaceLineEndings("\n"));
            using var http = new HttpClient();
            Assert.Equal("hello", await http.GetStringAsync($"{lines[^1]["health and metrics: ".Length..]}ipfs/{block.Cid}?format=raw"));
            await File.AppendAllTextAsync(path, "more");
            (code, _, error) = await RunAsync("car", "import", path, "--state", State);
            Assert.Equal(1, code);
            Assert.Contains("CAR archive", error, StringComparison.Ordinal);
            (code, _, error) = await RunAsync("car", "import", path + ".not", "--state", State);
            Assert.Equal(2, code);
            Assert.Contains("cannot read", error, StringComparison.Ordinal);
        });
        var list = Path.Combine(_folder.FullName, "denied");
        await File.WriteAllTextAsync(list, $"# not this\n\n/ipfs/{block.Cid}\n");
        await RunNodeAsync(
            State,
            async lines =>
            {
                using var http = new HttpClient();
                using var denied = await http.GetAsync($"{lines[^1]["health and metrics: ".Length..]}ipfs/{block.Cid}?format=raw");
                Assert.Equal(HttpStatusCode.Gone, denied.StatusCode);
            },
            "--deny",
            list);
        await File.AppendAllTextAsync(list, "something\n");
        (code, _, var wrong) = await RunAsync("node", "--state", State, "--http-port", "0", "--deny", list);
        Assert.Equal(2, code);
        Assert.Contains("line 4", wrong, StringComparison.Ordinal);
        (code, _, var damaged) = await RunAsync("car", "ls", path);
        Assert.Equal(1, code);
        Assert.Contains("CAR archive", damaged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dht_is_asked_through_a_node_and_without_one()
    {
        var other = Path.Combine(_folder.FullName, "other");
        await RunNodeAsync(State, async lines =>
        {
            var address = lines[1].Trim();
            await RunNodeAsync(
                other,
                async _ =>
                {
                    const string Content = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
                    await Eventually.HoldsAsync(async () => (await RunAsync("dht", "provide", Content, "--state", other)).Code == 0);
                    var (code, found, error) = await RunAsync("dht", "findprovs", Content, "--state", State);
                    Assert.True(code == 0, error);
                    (code, var alone, error) = await RunAsync("dht", "findprovs", Content, "--bootstrap", address, "--dht-prefix", "/own", "--json");
                    Assert.True(code == 0, error);
                    var provider = found.Split('\n')[0].Trim();
                    await Eventually.HoldsAsync(async () =>
                    {
                        var asked = await RunAsync("dht", "findpeer", provider, "--state", State, "--json");
                        found = asked.Output;
                        return asked.Code == 0;
                    });
                    Assert.Equal(provider, JsonDocument.Parse(found).RootElement.GetProperty("peerId").GetString());
                    Assert.Equal(provider, JsonDocument.Parse(alone).RootElement.GetProperty("peerId").GetString());
                    (code, found, error) = await RunAsync("dht", "provide", Content, "--state", State, "--json");
                    Assert.True(code == 0, error);
                    Assert.Equal(Content, JsonDocument.Parse(found).RootElement.GetProperty("announced").GetString());
                },
                "--bootstrap",
                address,
                "--dht-prefix",
                "/own");
        },
            "--dht-prefix",
            "/own");
    }

    [Theory]
    [InlineData(2, "takes multiaddrs", "node", "--listen", "here")]
    [InlineData(2, "name their peer", "node", "--bootstrap", "/ip4/192.0.2.1/tcp/9092")]
    [InlineData(2, "leave --ipfs away", "node", "--ipfs", "--private-network", "x")]
    [InlineData(2, "name it with --cert", "node", "--cert-key", "x.pem")]
    [InlineData(2, "cannot be read", "node", "--private-network", "/there/is/none")]
    [InlineData(2, "does not exist", "node", "--key", "/there/is/none")]
    [InlineData(2, "--http-port must be", "node", "--http-port", "70000")]
    [InlineData(2, "name one with --cert", "node", "--listen", "/ip4/127.0.0.1/tcp/0/tls/ws")]
    [InlineData(1, "refused", "dht", "findpeer", "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB", "--bootstrap", "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB")]
    [InlineData(2, "takes an address and port", "node", "--stun", "here")]
    [InlineData(1, "No node runs here", "swarm", "peers")]
    [InlineData(1, "No node runs here", "dht", "findpeer", "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB")]
    [InlineData(2, "--count must be", "swarm", "ping", "x", "-c", "0")]
    [InlineData(2, "--count must be 1 to 1000.", "dht", "findprovs", "x", "-n", "1001")]
    [InlineData(2, "cannot be read", "dht", "put", "/pk/x", "/there/is/none")]
    public async Task What_makes_no_sense_is_said(int code, string message, params string[] args)
    {
        var (actual, _, error) = await RunAsync([.. args, "--state", State]);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(code, actual);
    }

    [Fact]
    public async Task A_state_folder_may_be_relative_to_where_the_command_runs()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, State);
        await RunNodeAsync(relative, async _ => Assert.Equal(0, (await RunAsync("swarm", "peers", "--state", relative)).Code));
        Assert.True(File.Exists(Path.Combine(State, "node.key")));
    }

    [Fact]
    public async Task A_command_joins_a_private_network_only_with_its_key()
    {
        var key = Path.Combine(_folder.FullName, "swarm.key");
        await File.WriteAllTextAsync(key, $"/key/swarm/psk/1.0.0/\n/base16/\n{new string('7', 64)}\n");
        await RunNodeAsync(
            State,
            async lines =>
            {
                var address = lines[1].Trim();
                Assert.Equal(1, (await RunAsync("swarm", "connect", address, "--bootstrap", address)).Code);
                var (code, _, error) = await RunAsync("swarm", "connect", address, "--bootstrap", address, "--private-network", key);
                Assert.True(code == 0, error);
            },
            "--private-network",
            key);
    }

    [Fact]
    public async Task A_folder_that_holds_no_lock_file_is_not_taken_for_another_nodes()
    {
        Directory.CreateDirectory(Path.Combine(State, "node.lock"));
        var (code, _, error) = await RunAsync("node", "--state", State);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }

    [Fact]
    public async Task A_port_of_stun_that_is_taken_is_said()
    {
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (code, _, error) = await RunAsync("node", "--state", State, "--listen", "/ip4/127.0.0.1/tcp/0", "--stun", $"{other.Client.LocalEndPoint}");
        Assert.Contains("STUN cannot be served", error, StringComparison.Ordinal);
        Assert.Equal(3, code);
    }

    [Fact]
    public async Task A_check_of_the_network_ends_with_a_signal()
    {
        using var error = new StringWriter();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var code = await CommandLine.RunAsync(["netcheck", "--no-port-mapping", "--stun", "127.0.0.1:1"], new CliEnvironment { Out = TextWriter.Null, Error = error, Stop = stop.Token }).WaitAsync(Eventually.Patience);
        Assert.Equal((1, ""), (code, error.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":3478")]
    [InlineData("a:b")]
    public async Task What_names_no_stun_server_is_refused(string server)
    {
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["netcheck", "--stun", server], new CliEnvironment { Out = TextWriter.Null, Error = error, Stop = CancellationToken.None }).WaitAsync(Eventually.Patience);
        Assert.Contains("--stun takes servers", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, code);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, new CliEnvironment { Out = output, Error = error, Stop = CancellationToken.None }).WaitAsync(Eventually.Patience);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task RunNodeAsync(string state, Func<IReadOnlyList<string>, Task> whileRunning, params string[] args)
    {
        using var stop = new CancellationTokenSource();
        var output = new Lines();
        using var error = new StringWriter();
        var environment = new CliEnvironment { Out = output, Error = error, Stop = stop.Token };
        var running = CommandLine.RunAsync(["node", "--state", state, "--listen", "/ip4/127.0.0.1/tcp/0", "--http-port", "0", "--drain", "0s", .. args], environment);
        try
        {
            var first = await Task.WhenAny(output.Complete, running).WaitAsync(Eventually.Patience);
            Assert.True(first == output.Complete, error.ToString());
            await whileRunning(await output.Complete);
        }
        finally
        {
            await stop.CancelAsync();
        }

        Assert.Equal(0, await running.WaitAsync(Eventually.Patience));
    }

    private sealed class Lines : StringWriter
    {
        private readonly List<string> _lines = [];
        private readonly TaskCompletionSource<IReadOnlyList<string>> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<string>> Complete => _complete.Task;

        public override Task WriteLineAsync(string? value)
        {
            _lines.Add(value ?? "");
            if (value?.StartsWith("health and metrics: ", StringComparison.Ordinal) == true) _complete.TrySetResult(_lines);
            return Task.CompletedTask;
        }
    }
}
