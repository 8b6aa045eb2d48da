using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Tests.Daemon.Control;

namespace Causeway.Cli.Tests.Tunnel;

/// <summary>Commands that ask a running tunnel, which the test plays.</summary>
public sealed class AskTests : IAsyncLifetime
{
    private readonly TunnelFixture _machine = new();
    private FakeControl _tunnel = null!;

    public async ValueTask InitializeAsync()
    {
        await _machine.CreateAsync();
        Assert.Equal(0, (await _machine.RunAsync("up")).Code);
        _tunnel = await _machine.Starter.Started;
    }

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task Status_for_people()
    {
        _tunnel.Status = _tunnel.Status with
        {
            Since = _machine.Time.GetUtcNow() - TimeSpan.FromMinutes(3),
            Members = 3,
            Online = 2,
            SegmentationOffload = true,
            Warnings = ["The clock is off."],
            Relays = [_tunnel.Status.Relays[0], new RelayReport { Address = "b.example", State = "waiting", Problem = "It says: \u001b[31mgo away" }],
            Traffic = new TrafficReport { BytesSent = 1_234_567, FramesSent = 1000, BytesReceived = 999, FramesReceived = 1, Drops = new Dictionary<string, long> { ["storm"] = 3 } },
        };
        var (code, output, error) = await _machine.RunAsync("status");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            """
            network  home (aaaaaaaaaaaa…)
            state    up, for 3 min
            machine  alice, administrator, bciqalice
            address  10.10.10.1/24, fd00::1/64
            device   chr-001, 02:00:00:00:00:01, MTU 1500, segmentation offload on
            relay    relay.example connected, round trip 12.5 ms, load 0 %, sees this machine as 192.0.2.1:4000
            relay    b.example waiting, It says: \u001b[31mgo away
            members  3, 2 beside this machine, 2 online
            traffic  sent 1.2 MB in 1000 frames, received 999 B in 1 frame; dropped: 3 storm
            process  4711, causeway 1.2.3
            warning  The clock is off.

            """,
            output);
    }

    [Fact]
    public async Task Status_and_peers_for_scripts()
    {
        _tunnel.Peers = [new PeerReport { PeerId = "bciqbob", Name = "bob", Role = "member" }];
        Assert.Contains("\"state\": \"Up\"", (await _machine.RunAsync("status", "--json")).Output, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"bob\"", (await _machine.RunAsync("peers", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_for_people()
    {
        _tunnel.Peers =
        [
            new PeerReport
            {
                PeerId = "bciqbobbobbobbobbob", Name = "bob", Role = "member", Ipv4 = "10.10.10.2", Online = true, Since = _machine.Time.GetUtcNow() - TimeSpan.FromHours(5), Path = "relay relay.example",
                RoundTripMilliseconds = 45.678, Traffic = new TrafficReport { BytesSent = 12_300_000, BytesReceived = 456 },
            },
            new PeerReport { PeerId = "bciqcarol", Name = "carol", Role = "administrator", Problem = "It does not answer." },
        ];
        var (_, output, _) = await _machine.RunAsync("peers");
        Assert.Equal(
            """
            NAME   ADDRESS     ROLE           STATE       PATH                 RTT      SENT     RECEIVED  PEER ID
            bob    10.10.10.2  member         online 5 h  relay relay.example  45.7 ms  12.3 MB  456 B     bciqbobbobbobbob…
            carol  none        administrator  offline     -                    -        0 B      0 B       bciqcarol
            carol: It does not answer.

            """,
            output);
        _tunnel.Peers = [];
        Assert.Contains("causeway tunnel invite", (await _machine.RunAsync("peers")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_shows_each_answer_and_a_summary()
    {
        foreach (var ping in new[] { new PingReport(1, 1.0, "relay a", null), new PingReport(2, null, null, "There was no answer."), new PingReport(3, 2.5, "relay a", null) }) _tunnel.Pings.Writer.TryWrite(ping);
        var (code, output, _) = await _machine.RunAsync("ping", "bob", "-c", "3");
        Assert.Equal(0, code);
        Assert.Equal(
            """
            bob: 1, 1.00 ms by relay a
            bob: 2, no answer: There was no answer.
            bob: 3, 2.50 ms by relay a
            bob: 3 sent, 2 answered, 33.3 % lost; min/avg/max 1.00 ms / 1.75 ms / 2.50 ms

            """,
            output);
    }

    [Fact]
    public async Task Ping_fails_when_nothing_comes_back()
    {
        _tunnel.Pings.Writer.TryWrite(new PingReport(1, null, null, "It is not connected."));
        var (code, output, _) = await _machine.RunAsync("ping", "bob", "-c", "1");
        Assert.Equal(1, code);
        Assert.EndsWith("bob: 1 sent, 0 answered, 100 % lost\n", output, StringComparison.Ordinal);
        Assert.Equal(2, (await _machine.RunAsync("ping", "bob", "-c", "1001")).Code);
        Assert.Equal(2, (await _machine.RunAsync("ping", "bob", "-c", "0")).Code);
    }

    [Fact]
    public async Task Ping_that_is_interrupted_still_sums_up()
    {
        using var interrupt = new CancellationTokenSource();
        _tunnel.Pings.Writer.TryWrite(new PingReport(1, 1.0, "relay a", null));
        await using var output = new TellingWriter();
        var pinging = CommandLine.RunAsync(["tunnel", "ping", "bob"], _machine.Environment(TextReader.Null, output, TextWriter.Null, interrupt.Token));
        await output.FirstLine.WaitAsync(TunnelFixture.Patience);
        await interrupt.CancelAsync();
        Assert.Equal(0, await pinging.WaitAsync(TunnelFixture.Patience));
        Assert.Contains("bob: 1 sent, 1 answered, 0 % lost", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_is_the_token_and_nothing_else_for_scripts()
    {
        using var token = TunnelFixture.Invitation();
        _tunnel.Token = token.ToString();
        Assert.Equal((0, token + "\n", ""), await _machine.RunAsync("invite", "--name", "bob", "--role", "admin", "--expires", "2h"));
        Assert.Contains("invite bob True 02:00:00", _tunnel.Asked);
        Assert.DoesNotContain("causeway-join", await File.ReadAllTextAsync(_machine.Folders.Network("home").LogPath), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_invitation_is_a_picture_for_people()
    {
        using var token = TunnelFixture.Invitation();
        _tunnel.Token = token.ToString();
        _machine.IsTerminal = true;
        var (_, output, error) = await _machine.RunAsync("invite");
        Assert.Contains("█", output, StringComparison.Ordinal);
        Assert.EndsWith(token + "\n", output, StringComparison.Ordinal);
        Assert.Contains("run 'causeway tunnel join TOKEN' there", error, StringComparison.Ordinal);
        Assert.Contains("invitations revoke 01234567", error, StringComparison.Ordinal);
        Assert.DoesNotContain("█", (await _machine.RunAsync("invite", "--qr", "false")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30s")]
    [InlineData("31d")]
    [InlineData("soon")]
    public async Task Invitations_for_no_time_or_for_ever_are_refused(string time) => Assert.Equal(2, (await _machine.RunAsync("invite", "--expires", time)).Code);

    [Fact]
    public async Task Invitations_are_listed_and_taken_back()
    {
        Assert.Equal("no invitations\n", (await _machine.RunAsync("invitations")).Output);
        _tunnel.Invitations = [new InvitationReport("0123", null, true, new DateTimeOffset(2026, 5, 6, 7, 8, 0, TimeSpan.Zero), null)];
        Assert.Matches(@"(?m)^0123 +- +administrator +2026-05-06 07:08$", (await _machine.RunAsync("invitations")).Output);
        Assert.Contains("\"id\": \"0123\"", (await _machine.RunAsync("invitations", "--json")).Output, StringComparison.Ordinal);
        Assert.Equal((0, "invitation 01 is void\n", ""), await _machine.RunAsync("invitations", "revoke", "01"));
        Assert.Contains("revoke 01", _tunnel.Asked);
    }

    [Fact]
    public async Task Members_are_changed()
    {
        Assert.StartsWith("bob is no member any more", (await _machine.RunAsync("remove", "bob")).Output, StringComparison.Ordinal);
        Assert.StartsWith("bob is robert from now on", (await _machine.RunAsync("rename", "bob", "robert")).Output, StringComparison.Ordinal);
        Assert.StartsWith("bob has 10.10.10.9 from now on", (await _machine.RunAsync("address", "bob", "10.10.10.9")).Output, StringComparison.Ordinal);
        Assert.StartsWith("bob is an administrator from now on", (await _machine.RunAsync("role", "bob", "admin")).Output, StringComparison.Ordinal);
        Assert.StartsWith("bob is an ordinary member from now on", (await _machine.RunAsync("role", "bob", "member")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await _machine.RunAsync("role", "bob", "king")).Code);
        Assert.Equal(["remove bob", "rename bob robert", "address bob 10.10.10.9", "role bob True", "role bob False"], _tunnel.Asked.Where(a => a.Contains("bob", StringComparison.Ordinal)));
        _tunnel.Refusal = new TunnelException("There is no member 'carol' in this network; see 'causeway tunnel peers'.");
        Assert.Equal((1, "", "causeway: There is no member 'carol' in this network; see 'causeway tunnel peers'.\n"), await _machine.RunAsync("remove", "carol"));
    }

    [Fact]
    public async Task Relays_are_added_renewed_and_removed()
    {
        Assert.Equal("wss://relay.example/\n", (await _machine.RunAsync("relays")).Output);
        Assert.Equal("wss://relay.example/\nwss://b.example:8443/\n", (await _machine.RunAsync("relays", "add", "wss://b.example:8443")).Output);
        Assert.Equal("wss://c.example/\nwss://relay.example/\nwss://b.example:8443/\n", (await _machine.RunAsync("relays", "add", "--first", "wss://c.example")).Output);
        Assert.Equal(2, (await _machine.RunAsync("relays", "add", "wss://c.example")).Code);
        Assert.Equal(2, (await _machine.RunAsync("relays", "add", "c.example")).Code);
        var pinned = "wss://c.example/#;tls=" + new string('A', 43);
        Assert.Equal($"wss://relay.example/\nwss://b.example:8443/\n{pinned}\n", (await _machine.RunAsync("relays", "add", pinned)).Output);
        Assert.Equal($"wss://relay.example/\n{pinned}\n", (await _machine.RunAsync("relays", "remove", "b.example:8443")).Output);
        Assert.Equal("wss://relay.example/\n", (await _machine.RunAsync("relays", "remove", "c.example")).Output);
        var (code, _, error) = await _machine.RunAsync("relays", "remove", "relay.example");
        Assert.Equal(2, code);
        Assert.Contains("this is the last relay", error, StringComparison.Ordinal);
        Assert.Equal(2, (await _machine.RunAsync("relays", "remove", "d.example")).Code);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("peers")]
    [InlineData("ping", "bob")]
    [InlineData("invite")]
    [InlineData("remove", "bob")]
    public async Task A_tunnel_that_is_down_is_said(params string[] args)
    {
        await _machine.RunAsync("down");
        await _machine.DaemonsAsync();
        Assert.Equal((1, "", "causeway: The tunnel 'home' is not up; start it with 'causeway tunnel up --network home'.\n"), await _machine.RunAsync(args));
    }

    [Fact]
    public async Task The_log_is_shown_also_when_the_tunnel_is_down()
    {
        await _machine.RunAsync("down");
        await _machine.DaemonsAsync();
        var (code, output, _) = await _machine.RunAsync("logs");
        Assert.Equal(0, code);
        Assert.Contains("The tunnel home begins", output, StringComparison.Ordinal);
        Assert.Contains("The tunnel home has ended", Assert.Single((await _machine.RunAsync("logs", "--lines", "1")).Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_followed_into_the_next_file()
    {
        var path = _machine.Folders.Network("home").LogPath;
        using var interrupt = new CancellationTokenSource();
        await using var output = new TellingWriter();
        var following = CommandLine.RunAsync(["tunnel", "logs", "--follow"], _machine.Environment(TextReader.Null, output, TextWriter.Null, interrupt.Token));
        await output.Until("The tunnel home begins").WaitAsync(TunnelFixture.Patience);
        await File.AppendAllTextAsync(path, "half ");
        await File.AppendAllTextAsync(path, "line\n");
        await output.Until("half line\n").WaitAsync(TunnelFixture.Patience);
        await File.AppendAllTextAsync(path, "the last\n");
        File.Move(path, path + ".1");
        await File.WriteAllTextAsync(path, "the first\n");
        await output.Until("the last\nthe first\n").WaitAsync(TunnelFixture.Patience);
        await interrupt.CancelAsync();
        Assert.Equal(0, await following.WaitAsync(TunnelFixture.Patience));
    }

    [Theory]
    [InlineData("causeway tunnel ping b", "bob")]
    [InlineData("causeway tunnel status --network h", "home")]
    [InlineData("causeway tunnel inv", "invitations")]
    [InlineData("causeway tunnel role bob ad", "admin")]
    public async Task The_shell_learns_names(string line, string expected)
    {
        _tunnel.Peers = [new PeerReport { PeerId = "bciqbob", Name = "bob", Role = "member" }];
        using var output = new StringWriter();
        await CommandLine.RunAsync([$"[suggest:{line.Length}]", line], _machine.Environment(TextReader.Null, output, TextWriter.Null, CancellationToken.None));
        Assert.Contains(expected, output.ToString().Split('\n').Select(l => l.Trim()));
    }

    [Theory]
    [InlineData]
    [InlineData("create")]
    [InlineData("up")]
    [InlineData("join")]
    [InlineData("invite")]
    [InlineData("relays", "add")]
    public async Task Help_is_a_success_and_hides_what_is_not_for_users(params string[] args)
    {
        var (code, output, error) = await _machine.RunAsync([.. args, "--help"]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("background-child", output, StringComparison.Ordinal);
    }

    /// <summary>Tells when something has been written.</summary>
    private sealed class TellingWriter : StringWriter
    {
        private readonly Lock _lock = new();
        private readonly List<(string Text, TaskCompletionSource Written)> _awaited = [];

        public TellingWriter() => NewLine = "\n";

        public Task FirstLine => Until("\n");

        public Task Until(string text)
        {
            lock (_lock)
            {
                var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (ToString().Contains(text, StringComparison.Ordinal)) written.SetResult();
                else _awaited.Add((text, written));
                return written.Task;
            }
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
                foreach (var (_, written) in _awaited.Where(a => ToString().Contains(a.Text, StringComparison.Ordinal))) written.TrySetResult();
            }
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public override Task WriteLineAsync(string? value)
        {
            Write(value + "\n");
            return Task.CompletedTask;
        }
    }
}
