using System.Net;
using System.Net.Sockets;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Cli.Tests;

/// <summary><c>causeway relay</c>, in process.</summary>
public sealed class RelayCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("causeway-relay-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task It_prints_an_address_with_its_identity_and_its_certificate_and_keeps_both()
    {
        var first = await RunUntilReadyAsync(["--port", "0", "--listen", "127.0.0.1", "--name", "relay.example"], async url =>
        {
#pragma warning disable MA0039 // The relay's own certificate, which nobody has signed.
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
#pragma warning restore MA0039
            using var http = new HttpClient(handler);
            Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync($"https://127.0.0.1:{url.Port}/readyz"));
            Assert.Contains("causeway_relay_members 0", await http.GetStringAsync($"https://127.0.0.1:{url.Port}/metrics"), StringComparison.Ordinal);
            using var upgrade = await http.GetAsync($"https://127.0.0.1:{url.Port}/tunnel/v1");
            Assert.Equal(HttpStatusCode.UpgradeRequired, upgrade.StatusCode);
        });
        var second = await RunUntilReadyAsync(["--port", "0", "--listen", "127.0.0.1", "--name", "relay.example"], _ => Task.CompletedTask);
        Assert.Equal("relay.example", first.Host);
        Assert.NotNull(first.RelayId);
        Assert.NotNull(first.CertificateHash);
        Assert.Equal((first.RelayId, first.CertificateHash), (second.RelayId, second.CertificateHash));
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in _state.GetFiles()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
    }

    [Fact]
    public async Task Without_tls_it_listens_on_this_machine_only()
    {
        var url = await RunUntilReadyAsync(["--plain", "--port", "0"], async url =>
        {
            using var http = new HttpClient();
            Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync($"http://127.0.0.1:{url.Port}/healthz"));
        });
        Assert.Equal(("localhost", false, (string?)null), (url.Host, url.IsSecure, url.CertificateHash));
    }

    [Theory]
    [InlineData(2, "is none", "--drain", "soon")]
    [InlineData(2, "is none", "--drain", "10x")]
    [InlineData(2, "is none", "--queue-memory", "much")]
    [InlineData(2, "is none", "--trusted-proxy", "proxy")]
    [InlineData(2, "MaxMembers must be", "--max-members", "0")]
    [InlineData(2, "IdleLimit must be", "--idle-limit", "1s")]
    [InlineData(2, "--port must be", "--port", "70000")]
    [InlineData(2, "leave --cert", "--plain", "--cert", "x.pem")]
    [InlineData(2, "name it with --cert", "--cert-key", "x.pem")]
    [InlineData(2, "cannot be read", "--cert", "/there/is/none.pem")]
    [InlineData(2, "no such key file", "--key", "/there/is/none.key")]
    [InlineData(2, "cannot be read", "--allow", "/there/is/none")]
    public async Task What_makes_no_sense_is_said(int code, string message, params string[] args)
    {
        using var error = new StringWriter();
        var environment = new CliEnvironment { Out = TextWriter.Null, Error = error, Stop = new CancellationToken(canceled: true) };
        Assert.Equal(code, await CommandLine.RunAsync(["relay", "--state", _state.FullName, .. args], environment));
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_said()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        using var error = new StringWriter();
        var environment = new CliEnvironment { Out = TextWriter.Null, Error = error, Stop = CancellationToken.None };
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        Assert.Equal(3, await CommandLine.RunAsync(["relay", "--state", _state.FullName, "--plain", "--port", $"{port}"], environment).WaitAsync(Patience));
        Assert.Contains($"port {port} is in use", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_no_peer_is_named()
    {
        var file = Path.Combine(_state.FullName, "allow");
        await File.WriteAllTextAsync(file, "# members\n\nnobody\n");
        using var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(["relay", "--state", _state.FullName, "--plain", "--port", "0", "--allow", file], new CliEnvironment { Out = TextWriter.Null, Error = error, Stop = CancellationToken.None }));
        Assert.Contains("line 3 of", error.ToString(), StringComparison.Ordinal);
    }

    private async Task<RelayUrl> RunUntilReadyAsync(string[] args, Func<RelayUrl, Task> whileRunning)
    {
        using var stop = new CancellationTokenSource();
        var output = new FirstLine();
        using var error = new StringWriter();
        var environment = new CliEnvironment { Out = output, Error = error, Stop = stop.Token };
        var running = CommandLine.RunAsync(["relay", "--state", _state.FullName, "--drain", "0s", .. args], environment);
        var first = await Task.WhenAny(output.Line, running).WaitAsync(Patience);
        Assert.True(first == output.Line, error.ToString());
        var line = await output.Line;
        Assert.StartsWith("Causeway relay: ", line);
        var url = RelayUrl.Parse(line["Causeway relay: ".Length..]);
        await whileRunning(url);
        await stop.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(Patience));
        return url;
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override Task WriteLineAsync(string? value)
        {
            _line.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}
