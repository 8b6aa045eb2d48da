using System.Net;
using Causeway.Relay.Tests;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>The addresses of the device, and what may be wrong with them.</summary>
public sealed class AddressTests
{
    [Fact]
    public async Task An_address_that_this_machine_has_already_is_warned_about_and_taken_when_it_is_free()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        var taken = IPAddress.Parse("10.10.10.99");
        a.Device.Taken.TryAdd(taken, 0);
        await a.Daemon.SetAddressAsync("creator", "10.10.10.99", default);
        Assert.Contains("eth0 has the address 10.10.10.99", Assert.Single(a.Daemon.GetStatus().Warnings), StringComparison.Ordinal);
        a.Device.Taken.TryRemove(taken, out _);
        a.Daemon.OnNetworkChanged();
        await a.WhenAsync(s => s.Warnings.Count == 0);
        Assert.Contains("10.10.10.99/24", a.Device.Addresses.Select(x => x.ToString()));
    }

    [Fact]
    public async Task A_machine_without_ipv6_is_warned()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = new TestMachine { Prepare = device => device.HasIPv6 = false };
        a.CreateNetwork(relay.Url.ToString());
        await a.UpAsync();
        Assert.Contains("IPv6 is switched off", Assert.Single(a.Daemon.GetStatus().Warnings), StringComparison.Ordinal);
    }
}
