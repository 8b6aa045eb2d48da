using System.Buffers.Binary;
using System.Net;
using Causeway.Relay.Tests;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>The tunnel is not routed into itself.</summary>
public sealed class LoopTests
{
    [Fact]
    public async Task A_relay_whose_way_leads_through_the_tunnel_is_refused_with_a_sentence_until_it_leads_elsewhere()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = new TestMachine { Prepare = device => device.Routed.TryAdd(IPAddress.Loopback, 0) };
        a.CreateNetwork(relay.Url.ToString());
        a.Start();
        var status = await a.WhenAsync(s => s.State == TunnelState.Starting && s.Problem?.Contains("leads through chr-001", StringComparison.Ordinal) == true);
        Assert.Contains("127.0.0.1", status.Problem, StringComparison.Ordinal);
        a.Device.Routed.TryRemove(IPAddress.Loopback, out _);
        await a.WhenAsync(s => s.State == TunnelState.Up);
    }

    [Fact]
    public async Task A_connection_ends_when_its_way_comes_to_lead_through_the_tunnel()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        a.Device.Routed.TryAdd(IPAddress.Loopback, 0);
        a.Daemon.OnNetworkChanged();
        await a.WhenAsync(s => s.State == TunnelState.NoRelay && s.Problem?.Contains("leads through chr-001", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_relay_inside_of_the_tunnels_own_network_is_refused()
    {
        await using var a = new TestMachine();
        a.CreateNetwork("ws://10.10.10.9:8080/");
        a.Start();
        var status = await a.WhenAsync(s => s.Problem?.Contains("own network", StringComparison.Ordinal) == true);
        Assert.Contains("10.10.10.0/24", status.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Frames_on_their_way_to_the_relay_are_dropped_and_told(bool isTagged, bool isMapped)
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await TunnelDaemonTests.MeshAsync(a, b);

        a.Device.Send(Tcp(a, b, relay.Server.Port, isTagged, isMapped));
        var other = Tcp(a, b, relay.Server.Port + 1, isTagged, isMapped);
        a.Device.Send(other);
        Assert.Equal(other, await b.ReceivesAsync());
        var status = a.Daemon.GetStatus();
        Assert.Equal(1, status.Traffic.Drops["loop"]);
        Assert.Contains("on their way to the relay", Assert.Single(status.Warnings), StringComparison.Ordinal);
    }

    private static byte[] Tcp(TestMachine from, TestMachine to, int port, bool isTagged, bool isIPv6)
    {
        var tag = isTagged ? 4 : 0;
        var frame = new byte[100];
        from.Frame(to, string.Empty).AsSpan(0, 12).CopyTo(frame);
        if (isTagged) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x8100);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12 + tag), isIPv6 ? (ushort)0x86dd : (ushort)0x0800);
        var packet = frame.AsSpan(14 + tag);
        if (isIPv6)
        {
            packet[0] = 0x60;
            packet[6] = 6;
            IPAddress.Loopback.MapToIPv6().TryWriteBytes(packet[24..], out _);
        }
        else
        {
            packet[0] = 0x45;
            packet[9] = 6;
            IPAddress.Loopback.TryWriteBytes(packet[16..], out _);
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[((isIPv6 ? 40 : 20) + 2)..], (ushort)port);
        return frame;
    }
}
