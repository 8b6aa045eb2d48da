using Causeway.Lab.Processes;
using Causeway.Lab.Tests.Traffic;
using Causeway.Lab.Topologies;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Processes that end and come back, cables that are pulled and plugged in again.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sessions_outlive_the_relay(bool isKilled)
    {
        await using var lab = await TunnelLab.StartMembersAsync();
        var before = await SessionsAsync(lab);
        if (isKilled) await lab.Relay.KillAsync();
        else await lab.Relay.StopAsync();
        await lab.Alice.UntilStatusAsync(s => s.State == TunnelState.NoRelay, "alice notices that the relay is gone");
        await lab.Relay.StartAgainAsync();
        foreach (var member in new[] { lab.Alice, lab.Bob, lab.Carol }) await member.UntilStatusAsync(s => s.State == TunnelState.Up, "the relay is back");
        await lab.Alice.PingAsync(await lab.Bob.Ipv4Async());
        await lab.Carol.PingAsync(await lab.Alice.Ipv6Async());
        await lab.Bob.PingAsync(await lab.Carol.Ipv4Async());
        // The same sessions, with no handshake in between.
        Assert.Equal(before, await SessionsAsync(lab));
    }

    [Fact]
    public async Task A_stream_goes_on_when_the_relay_is_back()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        await using var server = await LabTraffic.ServeAsync(lab.Bob.Host, "udp-echo", 4000);
        await using var tcp = await LabTraffic.ServeAsync(lab.Bob.Host, "tcp-serve", 4001);
        await using var stream = await LabTraffic.StartAsync(lab.Alice.Host, "tcp", $"{await lab.Bob.Ipv4Async()}", "4001", "0", "1", "1000");
        await lab.Alice.UntilPeersAsync(p => p[0].Traffic.FramesSent > 100, "the stream runs");
        await lab.Relay.KillAsync();
        await lab.Alice.UntilStatusAsync(s => s.State == TunnelState.NoRelay, "alice notices that the relay is gone");
        await lab.Relay.StartAgainAsync();
        await lab.Alice.UntilStatusAsync(s => s.State == TunnelState.Up, "alice has the relay back");
        var before = (await lab.Alice.PeerAsync(lab.Bob)).Traffic.FramesReceived;
        await lab.Alice.UntilPeersAsync(p => p[0].Traffic.FramesReceived > before + 100, "the stream goes on");
        stream.CloseInput();
        Assert.Equal(0, TcpFigures.Parse((await stream.WaitForExitAsync(TestLab.Patience)).Succeeded().Output).Harmed);
    }

    [Fact]
    public async Task A_member_that_was_killed_comes_back_by_itself()
    {
        await using var lab = await TunnelLab.StartMembersAsync();
        var before = await lab.Alice.PeerAsync(lab.Bob);
        var bob = await lab.Bob.Ipv4Async();
        await lab.Bob.KillAsync();
        Assert.False(await lab.Bob.HasDeviceAsync());

        await lab.Bob.UpAsync();
        Assert.Equal(bob, await lab.Bob.Ipv4Async());
        await lab.Bob.UntilOnlineAsync(lab.Alice, lab.Carol);
        await lab.Alice.UntilPeersAsync(p => p.Single(m => m.Name == "bob") is { Online: true } now && now.Since > before.Since, "alice has a new session with bob");
        await lab.Alice.PingAsync(bob);
        await lab.Bob.PingAsync(await lab.Carol.Ipv6Async());
    }

    [Fact]
    public async Task A_member_that_leaves_is_missed_at_once()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        lab.Bob.Daemon.Signal(LabSignal.Terminate);
        Assert.Equal(0, await lab.Bob.Daemon.ExitAsync(TestLab.Patience));
        Assert.False(await lab.Bob.HasDeviceAsync());
        // It said goodbye: a heartbeat that is missed would take 90 s to tell, which is more than the patience of a test.
        await lab.Alice.UntilPeersAsync(p => !p.Single().Online, "alice knows that bob has gone");
    }

    [Fact]
    public async Task A_cable_that_was_pulled_is_plugged_in_again()
    {
        // Dead after 3 heartbeats of 5 s.
        const string settings = """{ "heartbeatSeconds": 5 }""";
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"], how: new TunnelLab.Members { Settings = settings });
        var (alice, bob) = (await lab.Alice.Ipv4Async(), await lab.Bob.Ipv4Async());
        await lab.Lab.Link("bob").SetUpAsync(false);
        await lab.Alice.UntilPeersAsync(p => !p.Single().Online, "alice notices that bob is silent");
        await lab.Bob.UntilPeersAsync(p => !p.Single().Online, "bob notices that alice is silent");
        await lab.Lab.Link("bob").SetUpAsync(true);
        await lab.Bob.UntilOnlineAsync(lab.Alice);
        await lab.Alice.UntilOnlineAsync(lab.Bob);
        await lab.Alice.PingAsync(bob);
        await lab.Bob.PingAsync(alice);
    }

    [Fact]
    public async Task A_cable_that_is_plugged_in_soon_costs_no_session()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        var before = await lab.Alice.PeerAsync(lab.Bob);
        await lab.Lab.Link("bob").SetUpAsync(false);
        await lab.Lab.Link("bob").SetUpAsync(true);
        await lab.Alice.PingAsync(await lab.Bob.Ipv4Async());
        var after = await lab.Alice.PeerAsync(lab.Bob);
        Assert.Equal((before.Since, before.Epoch), (after.Since, after.Epoch));
    }

    // What would change with a handshake or a rekey, for each ordered pair.
    private static async Task<List<(string, string, DateTimeOffset?, int?)>> SessionsAsync(TunnelLab lab)
    {
        var sessions = new List<(string, string, DateTimeOffset?, int?)>();
        foreach (var member in new[] { lab.Alice, lab.Bob, lab.Carol })
            sessions.AddRange((await member.PeersAsync()).Select(p => (member.Name, p.Name, p.Since, p.Epoch)));
        Assert.Equal(6, sessions.Count);
        return sessions;
    }
}
