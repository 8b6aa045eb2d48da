using Causeway.Lab.Processes;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>The device and everything else is gone, however the tunnel ends.</summary>
public sealed class DeviceTests
{
    [Fact]
    public async Task Nothing_is_left_however_the_tunnel_ends()
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url);
        var before = await NetworkOfAsync(lab.Alice);
        foreach (var end in new Func<Task>[] { lab.Alice.DownAsync, () => SignalAsync(LabSignal.Terminate), () => SignalAsync(LabSignal.Interrupt), lab.Alice.KillAsync })
        {
            await lab.Alice.UpAsync();
            Assert.True(await lab.Alice.HasDeviceAsync());
            Assert.NotEqual(before, await NetworkOfAsync(lab.Alice));
            await end();
            Assert.False(await lab.Alice.HasDeviceAsync());
            Assert.Equal(before, await NetworkOfAsync(lab.Alice));
        }

        var down = await lab.Alice.RunAsync("down");
        Assert.Equal((0, "the tunnel 'office' is not up\n"), (down.ExitCode, down.Error));

        async Task SignalAsync(LabSignal signal)
        {
            lab.Alice.Daemon.Signal(signal);
            Assert.Equal(0, await lab.Alice.Daemon.ExitAsync(TestLab.Patience));
        }
    }

    [Fact]
    public async Task A_tunnel_that_is_up_is_not_started_twice()
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url);
        (await lab.Alice.RunAsync("up")).Succeeded();
        var before = await lab.Alice.StatusAsync();
        var second = await lab.Alice.RunAsync("up");
        Assert.Equal(0, second.ExitCode);
        Assert.Contains("up already", second.Error);
        var third = await lab.Alice.RunAsync("up", "--foreground");
        Assert.Equal(1, third.ExitCode);
        Assert.Contains("up already", third.Error);
        Assert.Equal(before.ProcessId, (await lab.Alice.StatusAsync()).ProcessId);
        await lab.Alice.DownAsync();
    }

    [Fact]
    public async Task A_device_that_somebody_deletes_ends_the_tunnel_with_a_reason()
    {
        await using var lab = await TunnelLab.StartAsync();
        await lab.Alice.CreateAsync(lab.Relay.Url);
        await lab.Alice.UpAsync();
        (await lab.Alice.Host.RunAsync("ip", "link", "del", TunnelMachine.Device)).Succeeded();
        Assert.Equal(1, await lab.Alice.Daemon.ExitAsync(TestLab.Patience));
        Assert.Contains(lab.Alice.Daemon.Lines, l => l.Contains("Somebody deleted the TAP device", StringComparison.Ordinal));
    }

    // All that the machine's network is made of: links, addresses, routes and rules.
    private static async Task<string> NetworkOfAsync(TunnelMachine machine) =>
        (await machine.Host.RunAsync("sh", "-c", "ip -o link show | cut -d' ' -f2; ip -o address show | cut -d' ' -f2,7; ip route show table all | grep -v '^multicast'; ip rule")).Succeeded().Output;
}
