using System.Net.Sockets;
using System.Text;
using Causeway.Cli.Tunnel.Daemon;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli.Tests.Tunnel;

/// <summary><c>causeway tunnel create</c>, <c>up</c>, <c>down</c> and <c>leave</c>, with tunnels that the test plays.</summary>
public sealed class StartTests : IAsyncDisposable
{
    private readonly TunnelFixture _machine = new();

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task Create_makes_a_private_folder_and_says_what_comes_next()
    {
        var (code, output, error) = await _machine.RunAsync("create", "home", "--relay", TunnelFixture.RelayUrl, "--name", "alice");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("this machine is alice, its administrator (bciq", output, StringComparison.Ordinal);
        Assert.Contains("next: 'causeway tunnel up'", output, StringComparison.Ordinal);
        var folder = _machine.Folders.Network("home");
        Assert.True(folder.Exists);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.GetFiles(folder.FullPath)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        (code, _, error) = await _machine.RunAsync("create", "home", "--relay", TunnelFixture.RelayUrl);
        Assert.Equal(2, code);
        Assert.Contains("there is a network 'home' on this machine already", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "is no relay's address", "home", "--relay", "https://relay.example")]
    [InlineData(2, "no IPv4 network", "home", "--relay", "wss://relay.example", "--subnet", "10.10.10.1/24")]
    [InlineData(2, "no IPv4 network", "home", "--relay", "wss://relay.example", "--subnet", "fd00::/64")]
    [InlineData(2, "--relay", "home")]
    [InlineData(1, "cannot be the name of a network", "../home", "--relay", "wss://relay.example")]
    [InlineData(1, "'Al Ice' is no name", "home", "--relay", "wss://relay.example", "--name", "Al Ice")]
    [InlineData(2, "cannot be read", "home", "--relay", "wss://relay.example", "--passphrase-file", "/there/is/none")]
    public async Task What_no_network_can_be_made_of_leaves_nothing_behind(int expected, string message, params string[] args)
    {
        var (code, _, error) = await _machine.RunAsync(["create", .. args]);
        Assert.Equal(expected, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
    }

    [Fact]
    public async Task Up_starts_in_the_background_and_down_waits_until_it_has_gone()
    {
        await _machine.CreateAsync();
        Assert.Equal((0, "", ""), await _machine.RunAsync("up"));
        Assert.Equal(1, _machine.Starter.Running);
        Assert.Equal("chr-###", _machine.Starter.Launches[0].Settings.Device);
        var (code, output, error) = await _machine.RunAsync("up");
        Assert.Equal((0, ""), (code, output));
        Assert.Contains("'home' is up already (process 4711)", error, StringComparison.Ordinal);

        Assert.Equal((0, "", ""), await _machine.RunAsync("down"));
        Assert.Equal(0, _machine.Starter.Running);
        Assert.Equal(0, Assert.Single(await _machine.DaemonsAsync()));
        Assert.False(File.Exists(_machine.Folders.Network("home").SocketPath));
        (code, _, error) = await _machine.RunAsync("down");
        Assert.Equal((0, "the tunnel 'home' is not up\n"), (code, error));

        // Nothing of the first one is in the way.
        Assert.Equal((0, "", ""), await _machine.RunAsync("up", "--device", "tap7"));
        Assert.Equal("tap7", _machine.Starter.Launches[1].Settings.Device);
    }

    [Fact]
    public async Task A_person_sees_how_far_it_is()
    {
        await _machine.CreateAsync();
        _machine.IsTerminal = true;
        _machine.Starter.Begin = (control, _) => control.Peers =
            [new PeerReport { PeerId = "bciqbob", Name = "bob", Role = "member", Online = true }];
        var (code, output, error) = await _machine.RunAsync("up");
        Assert.Equal((0, ""), (code, error));
        var lines = output.TrimEnd().Split('\n');
        Assert.StartsWith("network home as bciq", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["relay relay.example connected, round trip 12.5 ms", "device chr-001, 10.10.10.1/24, fd00::1/64", "this machine is alice in home", "1 of 1 peer online"],
            lines[1..]);
    }

    [Fact]
    public async Task Who_is_offline_is_not_waited_for_long()
    {
        await _machine.CreateAsync();
        _machine.IsTerminal = true;
        _machine.Starter.Begin = (control, _) => control.Peers =
            [new PeerReport { PeerId = "bciqbob", Name = "bob", Role = "member", Online = false }, new PeerReport { PeerId = "bciqcarol", Name = "carol", Role = "member", Online = true }];
        var up = _machine.RunAsync("up");
        await AdvanceUntilAsync(up, TimeSpan.FromSeconds(0.5));
        Assert.EndsWith("1 of 2 peers online\n", (await up).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_relay_it_goes_on_trying_and_says_why()
    {
        await _machine.CreateAsync();
        _machine.Starter.Begin = (control, _) => control.Status = control.Status with { State = TunnelState.Starting, Relays = [], Problem = "The relay refuses connections." };
        var up = _machine.RunAsync("up");
        await AdvanceUntilAsync(up, TimeSpan.FromSeconds(1));
        var (code, output, error) = await up;
        Assert.Equal((0, ""), (code, output));
        Assert.Equal("warning: no relay is reached yet (The relay refuses connections); the tunnel keeps trying, see 'causeway tunnel status'\n", error);
        Assert.Equal(1, _machine.Starter.Running);
    }

    [Fact]
    public async Task A_device_that_cannot_be_had_is_one_sentence()
    {
        await _machine.CreateAsync();
        _machine.Starter.Failure = new SegmentDeviceException(SegmentDeviceError.NotPermitted, "Making the TAP device chr-001 needs CAP_NET_ADMIN (EPERM); run as root.");
        Assert.Equal((1, "", "causeway: Making the TAP device chr-001 needs CAP_NET_ADMIN (EPERM); run as root.\n"), await _machine.RunAsync("up"));
        Assert.Equal(1, Assert.Single(await _machine.DaemonsAsync()));
        _machine.Starter.Failure = null;
        Assert.Equal(0, (await _machine.RunAsync("up")).Code);
    }

    [Fact]
    public async Task Given_up_while_it_starts_it_leaves_nothing_behind()
    {
        await _machine.CreateAsync();
        _machine.Starter.Begin = (control, _) => control.Status = control.Status with { State = TunnelState.Starting, Relays = [] };
        using var interrupt = new CancellationTokenSource();
        var up = _machine.RunWithAsync("", ["up"], interrupt.Token);
        await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience);
        await interrupt.CancelAsync();
        var (code, _, error) = await up;
        Assert.Equal((1, "causeway: given up; the tunnel is not up\n"), (code, error));
        Assert.Equal(0, _machine.Starter.Running);
        Assert.Equal(0, Assert.Single(await _machine.DaemonsAsync()));
        Assert.False(File.Exists(_machine.Folders.Network("home").SocketPath));
    }

    [Fact]
    public async Task Down_while_it_starts_in_the_foreground_ends_it_as_a_signal_does()
    {
        await _machine.CreateAsync();
        _machine.Starter.Begin = (control, _) => control.Status = control.Status with { State = TunnelState.Starting, Relays = [] };
        var up = _machine.RunAsync("up", "--foreground");
        await (await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience)).WatcherCame.Task.WaitAsync(TunnelFixture.Patience);
        Assert.Equal((0, "", ""), await _machine.RunAsync("down"));
        var (code, _, error) = await up;
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(0, _machine.Starter.Running);
    }

    [Fact]
    public async Task Down_while_it_starts_in_the_background_is_told_to_whoever_waits()
    {
        await _machine.CreateAsync();
        _machine.Starter.Begin = (control, _) => control.Status = control.Status with { State = TunnelState.Starting, Relays = [] };
        var up = _machine.RunAsync("up");
        await (await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience)).WatcherCame.Task.WaitAsync(TunnelFixture.Patience);
        Assert.Equal((0, "", ""), await _machine.RunAsync("down"));
        Assert.Equal((1, "", "causeway: The tunnel was stopped while it was starting.\n"), await up);
        Assert.Equal(0, _machine.Starter.Running);
    }

    [Fact]
    public async Task A_tunnel_that_fails_while_it_starts_says_why()
    {
        await _machine.CreateAsync();
        _machine.Starter.Begin = (control, _) =>
        {
            control.Status = control.Status with { State = TunnelState.Starting };
            control.Fail(new SegmentDeviceException(SegmentDeviceError.Gone, "Somebody has deleted the device chr-001."));
        };
        Assert.Equal((1, "", "causeway: Somebody has deleted the device chr-001.\n"), await _machine.RunAsync("up"));
    }

    [Fact]
    public async Task A_process_that_ends_without_a_word_is_reported_with_its_complaints()
    {
        await _machine.CreateAsync();
        _machine.Daemon = _ => new DeadDaemon("Failed to create CoreCLR");
        Assert.Equal((1, "", "causeway: the tunnel ended: Failed to create CoreCLR\n"), await _machine.RunAsync("up"));
        _machine.Daemon = _ => new DeadDaemon("");
        Assert.Contains("ended without a word", (await _machine.RunAsync("up")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_network_several_networks_and_unknown_ones_are_said()
    {
        var (code, _, error) = await _machine.RunAsync("up");
        Assert.Equal(2, code);
        Assert.Contains("this machine is in no network yet", error, StringComparison.Ordinal);
        await _machine.CreateAsync("home");
        await _machine.CreateAsync("work");
        (code, _, error) = await _machine.RunAsync("up");
        Assert.Equal(2, code);
        Assert.Contains("several networks (home, work); name one with --network", error, StringComparison.Ordinal);
        (code, _, error) = await _machine.RunAsync("up", "--network", "play");
        Assert.Equal(2, code);
        Assert.Contains("in no network 'play'; it is in home, work", error, StringComparison.Ordinal);

        Assert.Equal((0, "", ""), await _machine.RunAsync("up", "--network", "work"));

        // What is asked of a running tunnel means the one that runs.
        Assert.Contains("\"network\": \"work\"", (await _machine.RunAsync("status", "--json")).Output, StringComparison.Ordinal);
        var (_, list, _) = await _machine.RunAsync("list");
        Assert.Matches(@"(?m)^home +down", list);
        Assert.Matches(@"(?m)^work +up +10\.10\.10\.1/24 +chr-001", list);
    }

    [Fact]
    public async Task A_second_daemon_of_a_network_is_refused()
    {
        await _machine.CreateAsync();
        Assert.Equal(0, (await _machine.RunAsync("up")).Code);
        var (code, _, error) = await _machine.RunAsync("up", "--foreground");
        Assert.Equal((1, "causeway: the tunnel 'home' is up already; see 'causeway tunnel status'\n"), (code, error));
    }

    [Fact]
    public async Task An_encrypted_key_needs_its_passphrase_from_a_file_or_the_environment()
    {
        var file = _machine.PathOf("passphrase");
        await File.WriteAllTextAsync(file, "correct horse\nbattery\n");
        await _machine.CreateAsync("home", "--passphrase-file", file);
        var (code, _, error) = await _machine.RunAsync("up");
        Assert.Equal(2, code);
        Assert.Contains("the key of 'home' is encrypted; name the file with its passphrase: --passphrase-file FILE", error, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), await _machine.RunAsync("up", "--passphrase-file", file));
        Assert.Equal("correct horse", _machine.Starter.Launches[^1].Passphrase);
        Assert.DoesNotContain(_machine.CommandLines[^1], word => word.Contains("horse", StringComparison.Ordinal));
        await _machine.RunAsync("down");
        _machine.Variables["CAUSEWAY_PASSPHRASE"] = "from the environment";
        Assert.Equal((0, "", ""), await _machine.RunAsync("up"));
        Assert.Equal("from the environment", _machine.Starter.Launches[^1].Passphrase);
    }

    [Fact]
    public async Task In_the_foreground_it_tells_the_service_manager_and_ends_with_the_signal()
    {
        await _machine.CreateAsync();
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(_machine.PathOf("notify")));
        _machine.Variables["NOTIFY_SOCKET"] = _machine.PathOf("notify");
        using var signal = new CancellationTokenSource();
        var up = _machine.RunWithAsync("", ["up", "--foreground"], signal.Token);
        Assert.Equal("READY=1", await HearAsync(manager));
        await signal.CancelAsync();
        Assert.Equal("STOPPING=1", await HearAsync(manager));
        var (code, output, error) = await up;
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("device chr-001", output, StringComparison.Ordinal);
        Assert.Equal(0, _machine.Starter.Running);
    }

    [Fact]
    public async Task In_the_foreground_a_failure_is_the_exit_code()
    {
        await _machine.CreateAsync();
        var up = _machine.RunAsync("up", "--foreground");
        var control = await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience);
        control.Fail(new TunnelException("The disk is full; make room."));
        var (code, _, error) = await up;
        Assert.Equal(1, code);
        Assert.Contains("causeway: The disk is full; make room.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leave_stops_the_tunnel_and_deletes_everything()
    {
        var folder = await _machine.CreateAsync();
        Assert.Equal(0, (await _machine.RunAsync("up")).Code);
        var (code, output, _) = await _machine.RunAsync("leave", "home");
        Assert.Equal(0, code);
        Assert.Contains("keeps nothing of 'home'", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.FullPath));
        Assert.Equal(0, Assert.Single(await _machine.DaemonsAsync()));
        Assert.Equal(2, (await _machine.RunAsync("leave", "home")).Code);
    }

    private static async Task<string> HearAsync(Socket socket)
    {
        var buffer = new byte[256];
        var length = await socket.ReceiveAsync(buffer).WaitAsync(TunnelFixture.Patience);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    // The daemon makes its timers on its own time: the clock goes on until it is where it should be.
    private async Task AdvanceUntilAsync(Task done, TimeSpan step)
    {
        await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience);
        while (!done.IsCompleted)
        {
            _machine.Time.Advance(step);
            await Task.Yield();
        }
    }

    private sealed class DeadDaemon(string complaints) : IDaemonProcess
    {
        public TextReader Reports => new StringReader("");

        public TextWriter Answers => TextWriter.Null;

        public Task<string> ComplaintsAsync() => Task.FromResult(complaints);

        public void Dispose()
        {
        }
    }
}
