using Causeway.Lab.Tests.Traffic;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Segmentation offload, with a member that has it and one that has not.</summary>
public sealed class OffloadTests
{
    [Fact]
    public async Task Members_with_and_without_offload_understand_each_other()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        await lab.AdmitAsync(lab.Carol, new TunnelLab.Members { Settings = """{ "offload": false }""" });
        await lab.Carol.UntilOnlineAsync(lab.Alice, lab.Bob);
        await lab.Alice.UntilOnlineAsync(lab.Carol);
        Assert.True((await lab.Alice.StatusAsync()).SegmentationOffload);
        Assert.False((await lab.Carol.StatusAsync()).SegmentationOffload);

        await using var alice = await LabTraffic.ServeAsync(lab.Alice.Host, "tcp-serve", 4000);
        await using var carol = await LabTraffic.ServeAsync(lab.Carol.Host, "tcp-serve", 4000);
        await using var echo = await LabTraffic.ServeAsync(lab.Carol.Host, "udp-echo", 4001);
        await LabTraffic.TcpAsync(lab.Alice.Host, await lab.Carol.Ipv4Async(), 4000, 1, 16 << 20, 16 << 20);
        await LabTraffic.TcpAsync(lab.Carol.Host, await lab.Alice.Ipv6Async(), 4000, 1, 16 << 20, 16 << 20);
        await LabTraffic.TcpAsync(lab.Bob.Host, await lab.Alice.Ipv4Async(), 4000, 1, 16 << 20, 16 << 20);
        (await LabTraffic.UdpAsync(lab.Alice.Host, await lab.Carol.Ipv4Async(), 4001, 500, 24, 1472, 32)).AssertPerfect();

        // A super-segment that carol sends counts as frames of at most the MTU: she has sent no larger ones.
        var traffic = (await lab.Carol.PeerAsync(lab.Alice)).Traffic;
        Assert.InRange(traffic.BytesSent / traffic.FramesSent, 60, 1518);
        var superSegments = (await lab.Bob.PeerAsync(lab.Alice)).Traffic;
        Assert.True(superSegments.BytesSent / superSegments.FramesSent > 1518, $"{superSegments}");
    }
}
