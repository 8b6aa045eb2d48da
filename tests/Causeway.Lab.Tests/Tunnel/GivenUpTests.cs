using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Starts in the background that are given up: nothing may be left of them, whoever ended what.</summary>
public sealed class GivenUpTests
{
    // SIGTERM is handled like Ctrl-C, which a shell may have switched off for what it starts in the background.
    [Theory]
    [InlineData(LabSignal.Terminate)]
    [InlineData(LabSignal.Kill)]
    public async Task A_command_that_waits_for_a_relay_takes_its_tunnel_with_it(LabSignal signal)
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Relay.StopAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url);
        await using (var up = await lab.Alice.Host.StartAsync(TunnelMachine.Options, TunnelMachine.Program, "tunnel", "up", "--wait", "10m"))
        {
            // The device is there before the relay: it is the sign that the background process has come far.
            await lab.Alice.UntilDeviceAsync(isThere: true);
            up.Signal(signal);
            var code = await up.ExitAsync(TestLab.Patience);
            if (signal == LabSignal.Terminate)
            {
                Assert.Equal(1, code);
                Assert.Contains("causeway: given up; the tunnel is not up", up.Lines);
            }
        }

        await lab.Alice.UntilDeviceAsync(isThere: false);
        await lab.Alice.UntilNoProcessAsync();
        await lab.Alice.StartAsync("up", "--foreground");
        await lab.Alice.Daemon.WaitForLineAsync("device ", TestLab.Patience);
    }

    [Fact]
    public async Task A_machine_that_gives_up_joining_is_in_no_network()
    {
        await using var lab = await TunnelLab.StartMembersAsync(ThreeMachines.Topology, others: []);
        var token = await lab.Alice.InviteAsync();
        await lab.Alice.DownAsync();
        await using var join = await lab.Bob.Host.StartAsync(TunnelMachine.Options with { Input = token + "\n" }, TunnelMachine.Program, "tunnel", "join", "-");
        await lab.Bob.UntilDeviceAsync(isThere: true);
        join.Signal(LabSignal.Terminate);
        Assert.Equal(1, await join.ExitAsync(TestLab.Patience));
        await lab.Bob.UntilDeviceAsync(isThere: false);
        await lab.Bob.UntilNoProcessAsync();
        Assert.Contains("this machine is in no network yet", (await lab.Bob.RunAsync("up")).Error, StringComparison.Ordinal);

        // The invitation is as good as before.
        await lab.Alice.UpAsync();
        await lab.Bob.JoinAsync(token);
    }
}
