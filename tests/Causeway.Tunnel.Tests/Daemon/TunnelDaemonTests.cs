using Causeway.Cryptography.Hybrid;
using Causeway.Hosting.Metrics;
using Causeway.Relay.Admission;
using Causeway.Relay.Tests;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Segmentation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>Whole members, with devices that are none, through a relay that is one.</summary>
public sealed class TunnelDaemonTests
{
    [Fact]
    public async Task A_machine_is_invited_joins_and_exchanges_frames()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("printer");
        await a.WhenOnlineAsync(b);
        await b.WhenOnlineAsync(a);

        await a.SendsAsync(b);
        await b.SendsAsync(a);

        var status = b.Daemon.GetStatus();
        Assert.Equal("printer", status.Name);
        Assert.Equal("member", status.Role);
        Assert.Equal("10.10.10.2/24", status.Ipv4);
        Assert.Null(status.Problem);
        Assert.Equal(["10.10.10.2/24", status.Ipv6!], b.Device.Addresses.Select(x => x.ToString()));
        Assert.Equal(relay.Url.RelayId.ToString(), Assert.Single(status.Relays).PeerId);
        await foreach (var ping in a.Daemon.PingAsync("printer", 1, TestContext.Current.CancellationToken))
        {
            Assert.NotNull(ping.RoundTripMilliseconds);
            Assert.Equal($"relay {relay.Url.Authority}", ping.Path);
            Assert.Null(ping.Problem);
        }
    }

    [Fact]
    public async Task Frames_for_everybody_reach_all_members_and_others_only_one()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await using var c = await a.InviteAsync("c");
        await MeshAsync(a, b, c);

        var broadcast = a.Frame(null, "to all");
        a.Device.Send(broadcast);
        Assert.Equal(broadcast, await b.ReceivesAsync());
        Assert.Equal(broadcast, await c.ReceivesAsync());

        // What is for b never comes to c: the next that c receives is what was sent after it.
        await a.SendsAsync(b);
        await a.SendsAsync(c);
        await c.SendsAsync(b);
    }

    [Fact]
    public async Task Sessions_go_on_when_the_relay_is_restarted()
    {
        var relay = await TestRelay.StartToComeAgainAsync();
        var (port, url) = (relay.Server.Port, relay.Url);
        await using var a = await TestMachine.CreateNetworkAsync(url.ToString());
        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);
        var before = (await a.WhenOnlineAsync(b)).Since;

        await relay.DisposeAsync();
        await a.WhenAsync(s => s.State == TunnelState.NoRelay && s.Problem is not null);
        await b.WhenAsync(s => s.State == TunnelState.NoRelay);
        Assert.True(Assert.Single(a.Daemon.GetPeers()).Online);
        await using var again = await TestRelay.StartAsync(port: port);
        await a.WhenAsync(s => s.State == TunnelState.Up);
        await b.WhenAsync(s => s.State == TunnelState.Up);
        await a.ReachesAsync(b);
        await a.SendsAsync(b);
        await b.SendsAsync(a);
        Assert.Equal(before, (await a.WhenOnlineAsync(b)).Since);
    }

    [Fact]
    public async Task A_peer_is_reached_at_the_relay_where_it_is()
    {
        await using var second = await TestRelay.StartAsync(key: HybridSigningKey.Generate());
        await using var a = new TestMachine();
        var allowed = Path.GetTempFileName();
        await File.WriteAllTextAsync(allowed, a.Id + "\n", TestContext.Current.CancellationToken);
        await using var first = await TestRelay.StartAsync(allowed: new AllowList(allowed, NullLogger.Instance, TimeProvider.System));
        a.CreateNetwork(first.Url.ToString(), second.Url.ToString());
        await a.UpAsync();
        await a.WhenAsync(s => s.Relays.All(r => r.State == "connected"));

        // The first relay does not let b in, so that it answers for b with UNREACHABLE.
        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);
        await a.SendsAsync(b);
        Assert.Equal($"relay {second.Url.Authority}", (await a.WhenOnlineAsync(b)).Path);
        File.Delete(allowed);
    }

    [Fact]
    public async Task When_a_relay_is_gone_the_next_one_carries_the_sessions()
    {
        var first = await TestRelay.StartToComeAgainAsync();
        await using var second = await TestRelay.StartAsync(key: HybridSigningKey.Generate());
        var port = first.Server.Port;
        await using var a = await TestMachine.CreateNetworkAsync(first.Url.ToString(), second.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);
        await a.WhenAsync(s => s.Relays.All(r => r.State == "connected"));
        await b.WhenAsync(s => s.Relays.All(r => r.State == "connected"));
        await a.SendsAsync(b);
        var before = await a.WhenOnlineAsync(b);
        Assert.Equal($"relay {first.Url.Authority}", before.Path);

        await first.DisposeAsync();
        await a.WhenAsync(s => s.Relays.Any(r => r.State != "connected"));
        await b.WhenAsync(s => s.Relays.Any(r => r.State != "connected"));
        await a.ReachesAsync(b);
        await a.SendsAsync(b);
        await b.SendsAsync(a);
        var after = await a.WhenOnlineAsync(b);
        Assert.Equal($"relay {second.Url.Authority}", after.Path);
        Assert.Equal(before.Since, after.Since);

        await using var again = await TestRelay.StartAsync(port: port);
        await a.WhenAsync(s => s.Relays.All(r => r.State == "connected"));
        await b.WhenAsync(s => s.Relays.All(r => r.State == "connected"));
        await a.ReachesAsync(b);
        await a.SendsAsync(b);
        Assert.Equal($"relay {first.Url.Authority}", (await a.WhenOnlineAsync(b)).Path);
    }

    [Fact]
    public async Task Who_is_removed_is_out_at_once()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await using var c = await a.InviteAsync("c");
        await MeshAsync(a, b, c);

        await a.Daemon.RemoveAsync("b", default);
        Assert.Equal("c", Assert.Single(a.Daemon.GetPeers()).Name);
        var status = await b.WhenAsync(s => s.State == TunnelState.Removed);
        Assert.Contains("removed this machine", status.Problem, StringComparison.Ordinal);
        Assert.Empty(b.Device.Addresses);
        await c.WhenAsync(s => s.Members == 2);

        // What it sends reaches nobody.
        b.Device.Send(b.Frame(a, "still here"));
        b.Device.Send(b.Frame(null, "still here"));
        await c.SendsAsync(a);
        await a.SendsAsync(c);
        await b.DownAsync();
        Assert.Contains("not a member", Assert.ThrowsAny<TunnelException>(() => b.Start()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_says_goodbye_and_who_comes_back_is_met_again()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);

        // Three heartbeats without an answer would take longer than a test may.
        await b.DownAsync();
        Assert.True(b.Device.IsDisposed);
        await b.Daemon.Completion;
        await a.WhenOnlineAsync(b, isOnline: false);
        await b.UpAsync();
        await MeshAsync(a, b);
        await a.SendsAsync(b);
        await b.SendsAsync(a);
    }

    [Fact]
    public async Task Two_administrators_change_the_roster_at_the_same_time_and_all_agree()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b", isAdministrator: true);
        await using var c = await a.InviteAsync("c");
        await MeshAsync(a, b, c);

        var change = Task.WhenAll(
            a.Daemon.RenameAsync("c", "camera", default),
            b.Daemon.SetAddressAsync(c.Id.ToString(), "10.10.10.77", default),
            a.Daemon.RenameAsync("b", "bridge", default),
            b.Daemon.RenameAsync("creator", "attic", default));
        await change;
        foreach (var machine in (TestMachine[])[a, b, c])
        {
            await machine.WhenAsync(s => machine.Names().SequenceEqual(["attic", "bridge", "camera"]));
        }

        await c.WhenAsync(s => s.Ipv4 == "10.10.10.77/24" && c.Device.Addresses.Any(x => x.ToString() == "10.10.10.77/24"));
    }

    [Fact]
    public async Task Administrators_that_did_not_know_of_each_other_agree_and_everybody_has_an_address_in_the_end()
    {
        var relay = await TestRelay.StartToComeAgainAsync();
        var port = relay.Server.Port;
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b", isAdministrator: true);
        await using var c = await a.InviteAsync("c");
        await using var d = await a.InviteAsync("d");
        await MeshAsync(a, b, c, d);

        // Without a relay nobody hears of the other's change.
        await relay.DisposeAsync();
        await a.WhenAsync(s => s.State == TunnelState.NoRelay);
        await b.WhenAsync(s => s.State == TunnelState.NoRelay);
        await a.Daemon.SetAddressAsync("c", "10.10.10.50", default);
        await b.Daemon.SetAddressAsync("d", "10.10.10.50", default);

        await using var again = await TestRelay.StartAsync(port: port);
        var (first, second) = c.Id < d.Id ? (c, d) : (d, c);
        await first.WhenAsync(s => s.Ipv4 == "10.10.10.50/24");
        var repaired = await second.WhenAsync(s => s.Ipv4 is not (null or "10.10.10.50/24" or "10.10.10.3/24" or "10.10.10.4/24") || s.Warnings.Count > 0);
        if (repaired.Warnings.Count > 0) repaired = await second.WhenAsync(s => s.Warnings.Count == 0);
        Assert.NotNull(repaired.Ipv4);
        Assert.NotEqual("10.10.10.50/24", repaired.Ipv4);
        await MeshAsync(a, b, c, d);
        await first.ReachesAsync(second);
        await first.SendsAsync(second);
    }

    [Fact]
    public async Task An_invitation_that_was_revoked_or_used_lets_nobody_in_and_says_why()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        var used = await a.Daemon.InviteAsync(new InvitationRequest("b", false, TimeSpan.FromHours(1)), default);
        var revoked = await a.Daemon.InviteAsync(new InvitationRequest("c", false, TimeSpan.FromHours(1)), default);
        Assert.Equal(2, a.Daemon.GetInvitations().Count);
        await a.Daemon.RevokeInvitationAsync(revoked.Id, default);
        await using var b = new TestMachine();
        await b.JoinAsync(used.Token!);
        Assert.Empty(a.Daemon.GetInvitations());

        foreach (var token in (string[])[used.Token!, revoked.Token!])
        {
            await using var c = new TestMachine();
            c.BeginToJoin(token);
            var status = await c.WhenAsync(s => s.Problem?.Contains("may not know this invitation", StringComparison.Ordinal) == true);
            Assert.Equal(TunnelState.Joining, status.State);
            Assert.Empty(c.Device.Addresses);
        }

        Assert.Equal(2, a.Daemon.GetStatus().Members);
    }

    [Fact]
    public async Task Who_was_removed_comes_back_with_a_new_invitation()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);
        await a.Daemon.RemoveAsync("b", default);
        await b.WhenAsync(s => s.State == TunnelState.Removed);
        await b.DownAsync();

        var invitation = await a.Daemon.InviteAsync(new InvitationRequest("again", false, TimeSpan.FromHours(1)), default);
        await b.JoinAsync(invitation.Token!);
        await MeshAsync(a, b);
        await a.SendsAsync(b);
        Assert.Equal("again", b.Daemon.GetStatus().Name);
    }

    [Fact]
    public async Task Who_is_refused_by_the_inviter_ends_with_its_reason()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b", isAdministrator: true);
        await MeshAsync(a, b);
        var invitation = await b.Daemon.InviteAsync(new InvitationRequest("c", false, TimeSpan.FromHours(1)), default);
        await a.Daemon.SetRoleAsync("b", false, default);
        await b.WhenAsync(s => s.Role == "member");

        await using var c = new TestMachine();
        c.BeginToJoin(invitation.Token!);
        var failure = await Assert.ThrowsAnyAsync<TunnelException>(() => c.Daemon.Completion);
        Assert.Contains("no administrator any more", failure.Message, StringComparison.Ordinal);
        Assert.True(c.Device.IsDisposed);
    }

    [Fact]
    public async Task A_device_that_is_deleted_ends_the_tunnel_with_the_reason()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        a.Device.Fail(new SegmentDeviceException(SegmentDeviceError.Gone, "Somebody deleted chr-001."));
        var failure = await Assert.ThrowsAsync<SegmentDeviceException>(() => a.Daemon.Completion);
        Assert.Equal("Somebody deleted chr-001.", failure.Message);
        Assert.True(a.Device.IsDisposed);
    }

    [Fact]
    public async Task Only_administrators_change_the_network_and_members_are_told_so()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        Assert.Contains("Only administrators", (await Assert.ThrowsAnyAsync<TunnelException>(() => b.Daemon.RemoveAsync("creator", default))).Message, StringComparison.Ordinal);
        Assert.Contains("Only administrators", (await Assert.ThrowsAnyAsync<TunnelException>(() => b.Daemon.InviteAsync(new InvitationRequest(null, false, TimeSpan.FromHours(1)), default))).Message, StringComparison.Ordinal);
        Assert.Contains("no member 'nobody'", (await Assert.ThrowsAnyAsync<TunnelException>(() => a.Daemon.RenameAsync("nobody", "x", default))).Message, StringComparison.Ordinal);
        Assert.Contains("More than one", (await Assert.ThrowsAnyAsync<TunnelException>(() => a.Daemon.RenameAsync("bciq", "x", default))).Message, StringComparison.Ordinal);
        Assert.Contains("is no IPv4 address", (await Assert.ThrowsAnyAsync<TunnelException>(() => a.Daemon.SetAddressAsync("b", "nowhere", default))).Message, StringComparison.Ordinal);
        Assert.Contains("relay's address", (await Assert.ThrowsAnyAsync<TunnelException>(() => a.Daemon.SetRelaysAsync(["http://x"], default))).Message, StringComparison.Ordinal);
        Assert.Contains("last administrator", (await Assert.ThrowsAnyAsync<TunnelException>(() => a.Daemon.RemoveAsync("creator", default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relays_that_change_are_followed()
    {
        await using var first = await TestRelay.StartAsync();
        await using var second = await TestRelay.StartAsync(key: HybridSigningKey.Generate());
        await using var a = await TestMachine.CreateNetworkAsync(first.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);
        await a.Daemon.SetRelaysAsync([second.Url.ToString()], default);
        await a.WhenAsync(s => s.State == TunnelState.Up && s.Relays is [{ State: "connected" } r] && r.Address == second.Url.Authority);
        await b.WhenAsync(s => s.State == TunnelState.Up && s.Relays is [{ State: "connected" } r] && r.Address == second.Url.Authority);
        await a.ReachesAsync(b);
        await a.SendsAsync(b);
        await b.SendsAsync(a);
    }

    [Fact]
    public async Task What_goes_through_is_counted_for_users_and_for_metrics()
    {
        using var metrics = new PrometheusMetrics(name => name == "Causeway.Tunnel");
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        a.Device.Send(a.Frame(null, "nobody hears this"));
        await a.Device.WhenReadAsync();
        var text = metrics.Write();
        Assert.Contains("causeway_tunnel_frames_sent_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("causeway_tunnel_frames_dropped_total{reason=\"nobody there\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("causeway_tunnel_relays_connected 1\n", text, StringComparison.Ordinal);

        await using var b = await a.InviteAsync("b");
        await MeshAsync(a, b);
        var frame = a.Frame(b, "counted");
        await a.SendsAsync(b);
        var (at, from) = (Assert.Single(a.Daemon.GetPeers()).Traffic, Assert.Single(b.Daemon.GetPeers()).Traffic);
        Assert.Equal((1, frame.Length), (at.FramesSent, at.BytesSent));
        Assert.Equal((1, frame.Length), (from.FramesReceived, from.BytesReceived));
    }

    [Fact]
    public async Task Whoever_watches_is_told_of_changes()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = new TestMachine();
        a.CreateNetwork(relay.Url.ToString());
        a.Start();
        var states = new List<TunnelState>();
        await foreach (var status in a.Daemon.WatchAsync(TestContext.Current.CancellationToken))
        {
            states.Add(status.State);
            if (status.State == TunnelState.Up) _ = a.Daemon.StopAsync();
        }

        Assert.Contains(TunnelState.Up, states);
        Assert.Equal(TunnelState.Stopping, states[^1]);
    }

    /// <summary>Waits until all have sessions with all.</summary>
    internal static async Task MeshAsync(params TestMachine[] machines)
    {
        foreach (var machine in machines)
        {
            foreach (var other in machines.Where(m => m != machine)) await machine.WhenOnlineAsync(other);
        }
    }
}
