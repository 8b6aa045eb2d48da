using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tunnel.Tests.Daemon.Control;

/// <summary>Both ends of the control socket, over a real one.</summary>
public sealed class ControlSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-control-");
    private readonly FakeControl _control = new();
    private ControlServer _server = null!;
    private ControlClient _client = null!;

    private string SocketPath => Path.Combine(_folder.FullName, "control.sock");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        _client = new ControlClient(SocketPath, "home", "1.2.4");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_question_reaches_the_tunnel_and_its_answer_comes_back()
    {
        _control.Peers = [new PeerReport { PeerId = "bciqbob", Name = "bob", Role = "member", Online = true, Traffic = new TrafficReport { Drops = new Dictionary<string, long> { ["storm"] = 3 } } }];
        _control.Invitations = [new InvitationReport("0123", "carol", true, DateTimeOffset.UnixEpoch, null)];
        var status = await _client.GetStatusAsync(Cancel);
        Assert.Equal(("home", TunnelState.Up, "relay.example"), (status.Network, status.State, status.Relays[0].Address));
        Assert.Equal(3, (await _client.GetPeersAsync(Cancel))[0].Traffic.Drops["storm"]);
        var invitation = await _client.InviteAsync(new InvitationRequest("carol", true, TimeSpan.FromHours(2)), Cancel);
        Assert.Equal(("causeway-join-secret", true), (invitation.Token, invitation.IsAdministrator));
        Assert.Equal("carol", (await _client.GetInvitationsAsync(Cancel))[0].Name);
        Assert.Equal(["wss://relay.example/"], await _client.GetRelaysAsync(Cancel));
        await _client.RevokeInvitationAsync("01&23", Cancel);
        await _client.RemoveAsync("bob", Cancel);
        await _client.RenameAsync("bob", "robert", Cancel);
        await _client.SetAddressAsync("bob", "10.10.10.9", Cancel);
        await _client.SetRoleAsync("bob", true, Cancel);
        await _client.SetRoleAsync("bob", false, Cancel);
        await _client.SetRelaysAsync(["wss://a.example/", "wss://b.example/"], Cancel);
        await _client.StopAsync(Cancel);
        Assert.Equal(
            ["status", "invite carol True 02:00:00", "invitations", "revoke 01&23", "remove bob", "rename bob robert", "address bob 10.10.10.9", "role bob True", "role bob False", "relays wss://a.example/ wss://b.example/", "stop"],
            _control.Asked);
    }

    [Fact]
    public async Task What_the_tunnel_refuses_is_told_in_its_own_words()
    {
        _control.Refusal = new TunnelException("bob is the last administrator.");
        var refused = await Assert.ThrowsAsync<ControlException>(() => _client.RemoveAsync("bob", Cancel));
        Assert.Equal((ControlError.Refused, "bob is the last administrator."), (refused.Error, refused.Message));
        refused = await Assert.ThrowsAsync<ControlException>(async () => await _client.PingAsync("bob", 1, Cancel).GetAsyncEnumerator(Cancel).MoveNextAsync());
        Assert.Equal("bob is the last administrator.", refused.Message);
    }

    [Fact]
    public async Task Answers_of_a_stream_come_one_by_one()
    {
        _control.Pings.Writer.TryWrite(new PingReport(1, 2.5, "relay a", null));
        await using var pings = _client.PingAsync("bob & co", 2, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await pings.MoveNextAsync().AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal(new PingReport(1, 2.5, "relay a", null), pings.Current);
        _control.Pings.Writer.TryWrite(new PingReport(2, null, null, "No answer."));
        Assert.True(await pings.MoveNextAsync().AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal("No answer.", pings.Current.Problem);
        Assert.False(await pings.MoveNextAsync().AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal(["ping bob & co 2"], _control.Asked);
    }

    [Fact]
    public async Task A_watcher_that_leaves_is_forgotten()
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watching = Task.Run(
            async () =>
            {
                await foreach (var status in _client.WatchAsync(leave.Token))
                {
                    if (status.State == TunnelState.NoRelay) await leave.CancelAsync();
                    else _control.Status = status with { State = TunnelState.NoRelay };
                }
            },
            Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.WaitAsync(Patience, Cancel));
        await _control.WatcherLeft.Task.WaitAsync(Patience, Cancel);
        Assert.Equal(0, _control.Watchers);
    }

    [Fact]
    public async Task When_the_tunnel_ends_watchers_are_told_and_the_socket_is_gone()
    {
        await using var watching = _client.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await watching.MoveNextAsync());
        await _server.DisposeAsync().AsTask().WaitAsync(Patience, Cancel);
        var ended = await Assert.ThrowsAsync<ControlException>(async () => await watching.MoveNextAsync().AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal(ControlError.NoAnswer, ended.Error);
        Assert.False(File.Exists(SocketPath));
        ended = await Assert.ThrowsAsync<ControlException>(() => _client.GetStatusAsync(Cancel));
        Assert.Equal(ControlError.NotRunning, ended.Error);
        Assert.Contains("causeway tunnel up --network home", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_of_a_dead_daemon_counts_as_none_and_is_replaced()
    {
        await _server.DisposeAsync();
        LeaveSocketBehind();
        var dead = await Assert.ThrowsAsync<ControlException>(() => _client.GetStatusAsync(Cancel));
        Assert.Equal(ControlError.NotRunning, dead.Error);
        _server = await StartAsync();
        Assert.Equal("home", (await _client.GetStatusAsync(Cancel)).Network);
    }

    [Fact]
    public void Only_its_user_may_open_the_socket()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public async Task Another_user_who_reaches_the_socket_is_not_heard()
    {
        if (OperatingSystem.IsWindows()) return;
        if (!Environment.IsPrivilegedProcess) Assert.Skip("Only root can be somebody else.");
        if (!File.Exists("/usr/bin/setpriv") || !File.Exists("/usr/bin/curl")) Requirement.Missing("setpriv and curl");
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(SocketPath, (UnixFileMode)0b110_110_110);
        string[] question = ["curl", "--silent", "--max-time", "20", "--unix-socket", SocketPath, "--header", "Causeway-Control: 1", "http://localhost/status"];
        var (asRoot, answer) = await RunAsync(question);
        Assert.Equal(0, asRoot);
        Assert.Contains("chr-001", answer, StringComparison.Ordinal);
        var (asNobody, nothing) = await RunAsync(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. question]);
        Assert.NotEqual(0, asNobody);
        Assert.Equal("", nothing);
        Assert.Equal(["status"], _control.Asked);
    }

    [Theory]
    [InlineData(426, "GET", "/status", "", "Causeway-Control: 2")]
    [InlineData(426, "GET", "/status", "")]
    [InlineData(404, "GET", "/", "", "Causeway-Control: 1")]
    [InlineData(404, "POST", "/status", "", "Causeway-Control: 1")]
    [InlineData(400, "GET", "/ping?peer=bob&count=0", "", "Causeway-Control: 1")]
    [InlineData(400, "GET", "/ping?peer=bob&count=1001", "", "Causeway-Control: 1")]
    [InlineData(400, "GET", "/ping?count=1", "", "Causeway-Control: 1")]
    [InlineData(400, "POST", "/remove", "{", "Causeway-Control: 1")]
    [InlineData(400, "POST", "/remove", "{\"peer\":\"bob\",\"why\":\"so\"}", "Causeway-Control: 1")]
    [InlineData(400, "POST", "/remove", "{\"peer\":\"bob\",\"value\":\"so\"}", "Causeway-Control: 1")]
    [InlineData(400, "POST", "/rename", "{\"peer\":\"bob\"}", "Causeway-Control: 1")]
    [InlineData(400, "POST", "/role", "{\"peer\":\"bob\",\"value\":\"king\"}", "Causeway-Control: 1")]
    [InlineData(400, "POST", "/remove", "null", "Causeway-Control: 1")]
    public async Task What_makes_no_sense_is_refused_and_does_nothing(int code, string method, string path, string body, params string[] headers)
    {
        Assert.Equal(code, await AskRawAsync(method, path, body, headers));
        Assert.Empty(_control.Asked);
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused_before_it_is_read()
    {
        Assert.Equal(413, await AskRawAsync("PUT", "/relays", new string(' ', ControlProtocol.MaxRequest + 1), "Causeway-Control: 1"));
        Assert.Empty(_control.Asked);
    }

    [Fact]
    public async Task A_program_of_any_generation_can_stop_the_tunnel()
    {
        Assert.Equal(204, await AskRawAsync("POST", "/stop", "", "Causeway-Control: 99"));
        Assert.Equal(["stop"], _control.Asked);
    }

    [Fact]
    public async Task A_tunnel_of_another_generation_is_named_by_its_version()
    {
        await _server.DisposeAsync();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        var answering = Task.Run(
            async () =>
            {
                using var connection = await listener.AcceptAsync(Cancel);
                await connection.ReceiveAsync(new byte[4096], Cancel);
                await connection.SendAsync("HTTP/1.1 200 OK\r\nCauseway-Control: 2\r\nCauseway-Version: 9.9.9\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), Cancel);
            },
            Cancel);
        var other = await Assert.ThrowsAsync<ControlException>(() => _client.GetStatusAsync(Cancel));
        Assert.Equal(ControlError.OtherVersion, other.Error);
        Assert.Contains("causeway 9.9.9, this command is 1.2.4", other.Message, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task A_path_that_the_kernel_cannot_take_is_said()
    {
        var path = Path.Combine(_folder.FullName, new string('x', 108));
        var long1 = await Assert.ThrowsAsync<ControlException>(() => ControlServer.StartAsync(path, _control, "1", NullLoggerFactory.Instance, Cancel));
        var long2 = Assert.Throws<ControlException>(() => new ControlClient(path, "home", "1"));
        Assert.Contains("too long for a control socket", long1.Message, StringComparison.Ordinal);
        Assert.Equal(long1.Message, long2.Message);
    }

    [Fact]
    public async Task An_error_of_the_tunnels_own_is_told_and_ends_nothing()
    {
        _control.Refusal = new InvalidOperationException("out of order");
        var failed = await Assert.ThrowsAsync<ControlException>(() => _client.GetStatusAsync(Cancel));
        Assert.Equal("out of order", failed.Message);
        _control.Refusal = null;
        Assert.Equal("home", (await _client.GetStatusAsync(Cancel)).Network);
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }

    private Task<ControlServer> StartAsync() => ControlServer.StartAsync(SocketPath, _control, "1.2.3", NullLoggerFactory.Instance, Cancel);

    // A socket whose process was killed: bound, and nobody listens. The runtime would delete it together with the socket object.
    private void LeaveSocketBehind()
    {
        var moved = SocketPath + ".moved";
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
            File.Move(SocketPath, moved);
        }

        File.Move(moved, SocketPath);
    }

    private async Task<int> AskRawAsync(string method, string path, string body, params string[] headers)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), Cancel);
        await using var stream = new NetworkStream(socket);
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body), Cancel);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(Cancel);
        return int.Parse(line!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
