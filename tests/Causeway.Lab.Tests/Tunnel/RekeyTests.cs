using System.Text;
using Causeway.Lab.Tests.Traffic;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Keys change under load, and no frame is lost.</summary>
public sealed class RekeyTests
{
    [Fact]
    public async Task No_frame_is_lost_while_keys_change()
    {
        // As often as the protocol allows: every 30 s less up to a tenth. Under ./soak long enough for more of them.
        const string settings = """{ "rotationSeconds": 30 }""";
        var epochs = Soak.Count(2, 8);
        await using var lab = await TunnelLab.StartMembersAsync(how: new TunnelLab.Members { Settings = settings });
        await using var echo = await LabTraffic.ServeAsync(lab.Bob.Host, "udp-echo", 4000);
        await using var server = await LabTraffic.ServeAsync(lab.Carol.Host, "tcp-serve", 4001);
        var (bob, carol) = (await lab.Bob.Ipv4Async(), await lab.Carol.Ipv6Async());

        var before = await DropsAsync(lab);
        var (missingThere, missingHere) = (await MissingAsync(lab.Alice, lab.Bob), await MissingAsync(lab.Bob, lab.Alice));

        // Between alice and bob numbered datagrams without an end; to carol streams, one after the other, at the same time. All that can be on the way together is
        // less than the queue to the relay holds (512 KiB): nobody who is slow makes anybody drop a frame.
        await using var flood = await LabTraffic.StartAsync(lab.Alice.Host, "udp", $"{bob}", "4000", "0", "100", "1400", "16");
        var (streams, done) = (0, false);
        var streaming = StreamAsync();
        await lab.Alice.UntilPeersAsync(p => p.All(m => m.Epoch >= epochs), "keys have changed often enough", TimeSpan.FromSeconds(35 * epochs) + TestLab.Patience);
        await lab.Bob.UntilPeersAsync(p => p.All(m => m.Epoch >= epochs - 1), "bob's with carol, too");
        done = true;
        await streaming;
        flood.CloseInput();
        Assert.Equal(0, await flood.ExitAsync(TestLab.Patience));

        var figures = UdpFigures.Parse(flood.Lines[^1]);
        figures.AssertPerfect();
        Assert.Equal(figures.Sent, await LabTraffic.EchoedAsync(echo));
        Assert.True(figures.Sent > 1000 && streams > 0, $"{figures}, {streams} streams");

        // And what the members themselves count: nothing more dropped, and all that one has sent to the other has arrived there.
        Assert.Equal(before, await DropsAsync(lab));
        var (there, here) = ((await lab.Alice.PeerAsync(lab.Bob)).Traffic, (await lab.Bob.PeerAsync(lab.Alice)).Traffic);
        await lab.Bob.UntilPeersAsync(p => p.Single(m => m.Name == "alice").Traffic.FramesReceived >= there.FramesSent - missingThere, "all that alice has sent has arrived");
        await lab.Alice.UntilPeersAsync(p => p.Single(m => m.Name == "bob").Traffic.FramesReceived >= here.FramesSent - missingHere, "all that bob has sent has arrived");
        TestContext.Current.TestOutputHelper?.WriteLine($"epochs {epochs}, {figures}, {streams} streams of 4 MB; alice to bob {there.FramesSent} frames, bob to alice {here.FramesSent}");

        async Task StreamAsync()
        {
            for (; !done; streams++) await LabTraffic.TcpAsync(lab.Alice.Host, carol, 4001, 8, 1 << 18, 1 << 18);
        }
    }

    // What one had sent to the other before all began and the other has not counted: it went to a process that has ended since. Read while nothing is on the way.
    private static async Task<long> MissingAsync(TunnelMachine from, TunnelMachine to)
    {
        async Task<(long Sent, long Received)> CountAsync() => ((await from.PeerAsync(to)).Traffic.FramesSent, (await to.PeerAsync(from)).Traffic.FramesReceived);
        var (count, before) = (await CountAsync(), (0L, 0L));
        while (count != before) (count, before) = (await CountAsync(), count);
        return count.Sent - count.Received;
    }

    // Everything that is counted as dropped, by the members and their devices; what was for members that were not there yet, at the beginning, included.
    private static async Task<string> DropsAsync(TunnelLab lab)
    {
        var drops = new StringBuilder();
        foreach (var member in new[] { lab.Alice, lab.Bob, lab.Carol })
        {
            drops.AppendJoin(' ', (await member.StatusAsync()).Traffic.Drops).Append($" device {await member.DeviceCounterAsync("tx_dropped")}\n");
            foreach (var peer in await member.PeersAsync()) drops.Append(peer.Name).Append(' ').AppendJoin(' ', peer.Traffic.Drops).Append('\n');
        }

        return drops.ToString();
    }
}
