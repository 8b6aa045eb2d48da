using Causeway.Lab.Processes;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>What the tunnel needs of the system, and what it says when that is not there.</summary>
public sealed class PrivilegeTests
{
    private const string CapNetAdminBit = "0000000000001000";

    [Fact]
    public async Task CAP_NET_ADMIN_is_all_that_is_needed()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: [], programs: "setpriv");
        var token = await lab.Alice.InviteAsync();
        await using var daemon = await lab.Bob.Host.StartAsync(
            TunnelMachine.Options, "setpriv", "--bounding-set=-all,+net_admin", "--inh-caps=-all,+net_admin", "--ambient-caps=-all,+net_admin", "--no-new-privs",
            TunnelMachine.Program, "tunnel", "join", token, "--name", "bob", "--foreground");
        var status = await lab.Bob.UntilStatusAsync(s => s is { State: TunnelState.Up, Ipv4: not null }, "bob has joined");
        await lab.Bob.UntilOnlineAsync(lab.Alice);
        await lab.Alice.PingAsync(await lab.Bob.Ipv4Async());
        await lab.Alice.PingAsync(await lab.Bob.Ipv6Async());
        var capabilities = (await lab.Bob.Host.RunAsync("grep", "-E", "^Cap(Prm|Eff|Bnd)", $"/proc/{status.ProcessId}/status")).Succeeded().Output;
        Assert.All(capabilities.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.EndsWith(CapNetAdminBit, line));

        daemon.Signal(LabSignal.Terminate);
        Assert.Equal(0, await daemon.ExitAsync(TestLab.Patience));
        Assert.False(await lab.Bob.HasDeviceAsync());
    }

    [Fact]
    public async Task Without_CAP_NET_ADMIN_the_command_says_what_to_do()
    {
        await using var lab = await TunnelLab.StartAsync(programs: "setpriv");
        await lab.Alice.CreateAsync(lab.Relay.Url);
        foreach (var foreground in new[] { Array.Empty<string>(), ["--foreground"] })
        {
            var up = await lab.Alice.Host.RunAsync(
                TunnelMachine.Options, "setpriv", ["--bounding-set=-net_admin", "--inh-caps=-all", "--ambient-caps=-all", TunnelMachine.Program, "tunnel", "up", .. foreground]);
            AssertError(up, "CAP_NET_ADMIN", "setcap cap_net_admin+ep");
            Assert.False(await lab.Alice.HasDeviceAsync());
        }
    }

    [Fact]
    public async Task Without_the_TUN_driver_the_command_says_what_to_do()
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url);
        // A /dev in which there is nothing but what .NET itself needs.
        var up = await lab.Alice.Host.RunAsync(
            TunnelMachine.Options, "unshare", "--mount", "sh", "-c",
            "mkdir -p /run/dev && touch /run/dev/null /run/dev/urandom && mount --bind /dev/null /run/dev/null && mount --bind /dev/urandom /run/dev/urandom && mount --rbind /run/dev /dev && exec \"$@\"",
            "sh", TunnelMachine.Program, "tunnel", "up");
        AssertError(up, "/dev/net/tun", "modprobe tun");
    }

    [Fact]
    public async Task An_address_clash_is_named_and_nothing_is_left()
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url, "--subnet", "10.77.0.0/24");
        AssertError(await lab.Alice.RunAsync("up"), "eth0", "10.77.0.0/24");
        Assert.False(await lab.Alice.HasDeviceAsync());
    }

    [Fact]
    public async Task A_device_name_that_is_taken_is_named()
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url);
        AssertError(await lab.Alice.RunAsync("up", "--device", "eth0"), "eth0", "choose another name");
    }

    [Fact]
    public async Task A_relay_whose_way_leads_through_the_tunnel_is_refused()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        var relay = $"{lab.Lab.Host("relay").Address}";
        // Somebody sends everything through the tunnel, the relay's address too.
        (await lab.Bob.Host.RunAsync("ip", "route", "add", relay, "dev", TunnelMachine.Device)).Succeeded();
        await lab.Relay.KillAsync();
        await lab.Bob.UntilStatusAsync(s => s.State == TunnelState.NoRelay, "bob has lost the relay");
        await lab.Relay.StartAgainAsync();
        var status = await lab.Bob.UntilStatusAsync(s => s.Relays[0].Problem?.Contains("through the tunnel itself", StringComparison.Ordinal) ?? false, "bob says that the way is a loop");
        Assert.Contains(relay, status.Relays[0].Problem);
        Assert.Contains(TunnelMachine.Device, status.Relays[0].Problem);
        // Mended, it goes on, without anybody asking for it.
        (await lab.Bob.Host.RunAsync("ip", "route", "del", relay, "dev", TunnelMachine.Device)).Succeeded();
        await lab.Bob.UntilStatusAsync(s => s.State == TunnelState.Up, "bob is back");
        await lab.Bob.PingAsync(await lab.Alice.Ipv4Async());
    }

    [Fact]
    public async Task A_loop_that_comes_while_connected_is_noticed()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        var relay = $"{lab.Lab.Host("relay").Address}";
        (await lab.Bob.Host.RunAsync("ip", "route", "add", relay, "dev", TunnelMachine.Device)).Succeeded();
        await lab.Bob.UntilStatusAsync(
            s => s.Relays[0].State != "connected" || s.Warnings.Any(w => w.Contains(TunnelMachine.Device, StringComparison.Ordinal)), "bob notices that the way is a loop");
        (await lab.Bob.Host.RunAsync("ip", "route", "del", relay, "dev", TunnelMachine.Device)).Succeeded();
        await lab.Bob.UntilStatusAsync(s => s.State == TunnelState.Up, "bob is back");
        await lab.Bob.PingAsync(await lab.Alice.Ipv4Async());
    }

    private static void AssertError(RunResult result, params string[] words)
    {
        Assert.True(result.ExitCode == 1, $"{result.ExitCode}: {result.Output}{result.Error}");
        // One sentence, no stack trace.
        var error = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => l.StartsWith("causeway: ", StringComparison.Ordinal));
        foreach (var word in words) Assert.Contains(word, error);
        Assert.DoesNotContain("   at ", result.Error);
    }
}
