using Causeway.Cli.Tunnel.Daemon;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Tests.Daemon.Control;

namespace Causeway.Cli.Tests.Tunnel;

/// <summary><c>causeway tunnel join</c>, with tunnels that the test plays.</summary>
public sealed class JoinTests : IAsyncDisposable
{
    private readonly TunnelFixture _machine = new();

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task A_fresh_machine_joins_and_shows_its_address_and_its_peers()
    {
        _machine.Starter.Begin = (control, launch) =>
        {
            Assert.True(File.Exists(launch.Folder.JoiningPath));
            Assert.Equal("bob", launch.NameWish);
            Assert.NotNull(launch.Invitation);
            control.Status = control.Status with { Name = "bob", Ipv4 = "10.10.10.2/24" };
            control.Peers = [new PeerReport { PeerId = "bciqalice", Name = "alice", Role = "administrator", Ipv4 = "10.10.10.1", Online = true, Path = "relay relay.example", RoundTripMilliseconds = 1.234 }];
        };
        using var token = TunnelFixture.Invitation();
        var (code, output, error) = await _machine.RunAsync("join", token.ToString(), "--name", "bob");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("joined home as bob: 10.10.10.2/24, fd00::1/64, on chr-001\n", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^alice +10\.10\.10\.1 +administrator +online +relay relay\.example +1\.23 ms", output);
        Assert.True(_machine.Folders.Network("home").Exists);
        Assert.Equal(1, _machine.Starter.Running);
        Assert.DoesNotContain(_machine.CommandLines[0], word => word.Contains("causeway-join", StringComparison.OrdinalIgnoreCase));
        var log = await File.ReadAllTextAsync(_machine.Folders.Network("home").LogPath);
        Assert.DoesNotContain("causeway-join", log, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_may_come_from_standard_input_and_in_capitals(bool inCapitals)
    {
        using var token = TunnelFixture.Invitation();
        var (code, output, _) = await _machine.RunWithAsync((inCapitals ? token.ToCapitals() : token.ToString()) + "\n", ["join", "-"], CancellationToken.None);
        Assert.Equal(0, code);
        Assert.Contains("joined home", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", "This is no invitation")]
    [InlineData("causeway-join-AAAA", "incomplete or was changed")]
    [InlineData("", "This is no invitation")]
    public async Task What_is_no_token_makes_nothing(string text, string message)
    {
        var (code, _, error) = await _machine.RunWithAsync(text, ["join", "-"], CancellationToken.None);
        Assert.Equal(1, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
    }

    [Fact]
    public async Task An_expired_token_makes_nothing()
    {
        using var token = TunnelFixture.Invitation(validity: TimeSpan.FromMinutes(-1));
        var (code, _, error) = await _machine.RunAsync("join", token.ToString());
        Assert.Equal(1, code);
        Assert.Contains("expired at 2025-12-31 23:59 UTC; ask for a new one", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
        Assert.Empty(_machine.CommandLines);
    }

    [Fact]
    public async Task Who_is_refused_has_no_half_network()
    {
        _machine.Starter.Begin = (control, _) =>
        {
            control.Status = Joining(control);
            control.Fail(new TunnelException("The network 'home' did not take this machine in: the invitation was used by another machine."));
        };
        using var token = TunnelFixture.Invitation();
        var (code, _, error) = await _machine.RunAsync("join", token.ToString());
        Assert.Equal((1, "causeway: The network 'home' did not take this machine in: the invitation was used by another machine.\n"), (code, error));
        Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
        Assert.Equal(1, Assert.Single(await _machine.DaemonsAsync()));
    }

    [Fact]
    public async Task An_inviter_that_does_not_come_is_waited_for_as_long_as_was_said()
    {
        _machine.IsTerminal = true;
        _machine.Starter.Begin = (control, _) => control.Status = Joining(control);
        using var token = TunnelFixture.Invitation();
        var join = _machine.RunAsync("join", token.ToString(), "--wait", "90s");
        await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience);
        while (!join.IsCompleted)
        {
            _machine.Time.Advance(TimeSpan.FromSeconds(3));
            await Task.Yield();
        }

        var (code, output, error) = await join;
        Assert.Equal(1, code);
        Assert.Contains("for at most 90 s; Ctrl-C gives up", output, StringComparison.Ordinal);
        Assert.Contains("Waiting for the inviter.", output, StringComparison.Ordinal);
        Assert.Contains("was not taken into 'home' within 90 s. Waiting for the inviter.", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
    }

    [Fact]
    public async Task Given_up_it_leaves_nothing_behind()
    {
        _machine.Starter.Begin = (control, _) => control.Status = Joining(control);
        using var token = TunnelFixture.Invitation();
        using var interrupt = new CancellationTokenSource();
        var join = _machine.RunWithAsync("", ["join", token.ToString()], interrupt.Token);
        await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience);
        await interrupt.CancelAsync();
        Assert.Equal(1, (await join).Code);
        await _machine.DaemonsAsync();
        Assert.Equal(0, _machine.Starter.Running);
        Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Down_while_it_joins_leaves_nothing_behind_unless_it_was_taken_in_at_the_last_moment(bool isTakenIn)
    {
        _machine.Starter.Begin = (control, _) => control.Status = Joining(control);
        using var token = TunnelFixture.Invitation();
        var join = _machine.RunAsync("join", token.ToString(), "--foreground");
        var control = await _machine.Starter.Started.WaitAsync(TunnelFixture.Patience);
        await control.WatcherCame.Task.WaitAsync(TunnelFixture.Patience);

        // Nothing says "up" any more between the moment at which it is on the roster and its end.
        if (isTakenIn) control.Status = control.Status with { State = TunnelState.Stopping, Name = "bob" };
        await control.StopAsync();
        var (code, _, error) = await join;
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(isTakenIn, _machine.Folders.Network("home").Exists);
        if (!isTakenIn) Assert.Empty(Directory.GetDirectories(_machine.Folders.State));
    }

    [Fact]
    public async Task What_a_machine_that_stopped_while_joining_left_is_used_for_its_key()
    {
        var folder = _machine.Folders.Network("home");
        folder.Create();
        IdentityKeyFile.Create(folder.KeyPath, "").Dispose();
        var before = IdentityKeyFile.Describe(folder.KeyPath).PeerId;
        await File.WriteAllTextAsync(folder.RosterPath, "half");
        await File.WriteAllTextAsync(folder.JoiningPath, "");
        Assert.Equal(2, (await _machine.RunAsync("up")).Code);
        using var token = TunnelFixture.Invitation();
        Assert.Equal(0, (await _machine.RunAsync("join", token.ToString())).Code);
        Assert.Equal(before, IdentityKeyFile.Describe(folder.KeyPath).PeerId);
    }

    [Fact]
    public async Task A_network_of_the_same_name_needs_another_name_here()
    {
        await _machine.CreateAsync("home");
        using var token = TunnelFixture.Invitation();
        var (code, _, error) = await _machine.RunAsync("join", token.ToString());
        Assert.Equal(2, code);
        Assert.Contains("give this one another name here with --as", error, StringComparison.Ordinal);
        Assert.True(_machine.Folders.Network("home").Exists);
        Assert.Equal(0, (await _machine.RunAsync("join", token.ToString(), "--as", "home-of-bob")).Code);
        Assert.Equal(["home", "home-of-bob"], _machine.Folders.Networks().Select(n => n.Name));
    }

    [Fact]
    public async Task Who_was_removed_comes_back_with_the_same_key_even_while_its_tunnel_runs()
    {
        using var token = TunnelFixture.Invitation();
        Assert.Equal(0, (await _machine.RunAsync("join", token.ToString())).Code);
        var folder = _machine.Folders.Network("home");
        var before = IdentityKeyFile.Describe(folder.KeyPath).PeerId;
        var control = await _machine.Starter.Started;
        control.Status = control.Status with { State = TunnelState.Removed, NetworkId = token.NetworkId.ToString() };
        var (code, _, error) = await _machine.RunAsync("join", token.ToString());
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(before, IdentityKeyFile.Describe(folder.KeyPath).PeerId);
        Assert.Equal(1, _machine.Starter.Running);

        // And if it is not taken in this time, its folder is not the command's to delete.
        await _machine.RunAsync("down");
        _machine.Starter.Failure = new TunnelException("No.");
        Assert.Equal(1, (await _machine.RunAsync("join", token.ToString())).Code);
        Assert.True(folder.Exists);
    }

    private static TunnelStatus Joining(FakeControl control) => control.Status with { State = TunnelState.Joining, Name = null, Problem = "Waiting for the inviter." };
}
