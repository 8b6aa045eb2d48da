using Causeway.Relay.Tests;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Segmentation;

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

        var there = a.Frame(b, "hello");
        a.Device.Send(there);
        Assert.Equal(there, (await b.Device.ReceiveAsync())[VirtioNetHeader.Length..]);
        var back = b.Frame(a, "hello back");
        b.Device.Send(back);
        Assert.Equal(back, (await a.Device.ReceiveAsync())[VirtioNetHeader.Length..]);

        var status = b.Daemon.GetStatus();
        Assert.Equal("printer", status.Name);
        Assert.Equal("10.10.10.2/24", status.Ipv4);
        Assert.Equal(["10.10.10.2/24", status.Ipv6!], b.Device.Addresses.Select(x => x.ToString()));
        await foreach (var ping in a.Daemon.PingAsync("printer", 1, TestContext.Current.CancellationToken))
        {
            Assert.NotNull(ping.RoundTripMilliseconds);
            Assert.StartsWith("relay 127.0.0.1", ping.Path, StringComparison.Ordinal);
        }
    }
}
