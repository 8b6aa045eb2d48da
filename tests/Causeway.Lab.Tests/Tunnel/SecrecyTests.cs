using System.Net;
using System.Text;
using Causeway.Lab.Captures;
using Causeway.Lab.Tests.Traffic;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>What the relay, and whoever sits beside it, can see. Without TLS, so that only the members' own encryption is between.</summary>
public sealed class SecrecyTests
{
    private const string Word = "a word that only members may read";

    [Fact]
    public async Task Nothing_that_members_send_each_other_can_be_read_at_the_relay()
    {
        await using var lab = await TunnelLab.StartAsync(programs: "socat");
        var capture = await lab.Lab.Host("relay").CaptureAsync();
        // From the very beginning: invitation, handshakes, roster, and then traffic.
        await lab.Alice.CreateAsync(lab.Relay.Url, "--subnet", "10.99.88.0/24");
        await lab.Alice.UpAsync();
        var token = await lab.Alice.InviteAsync("--name", "confidential-name");
        await lab.Bob.JoinAsync(token);
        var (alice, bob) = (await lab.Alice.Ipv4Async(), await lab.Bob.Ipv4Async());
        await lab.Alice.PingAsync(bob);
        await lab.Bob.PingAsync(await lab.Alice.Ipv6Async());
        var pattern = Convert.ToHexString(Encoding.ASCII.GetBytes(Word[..16]));
        (await lab.Alice.Host.RunAsync("ping", "-c", "5", "-i", "0.02", "-p", pattern, "-s", "200", $"{bob}")).Succeeded();
        await using var server = await LabTraffic.ServeAsync(lab.Bob.Host, "tcp-serve", 4000);
        await LabTraffic.TcpAsync(lab.Alice.Host, bob, 4000, 1, 300_000, 1000, Word);

        // What must be found: the same as above, sent past the tunnel, and what the relay needs to know, which it sends on without WebSocket's mask.
        await using var open = await LabTraffic.ServeAsync(lab.Lab.Host("relay"), "tcp-serve", 4001);
        const string Control = "a word that everybody may read";
        await LabTraffic.TcpAsync(lab.Alice.Host, lab.Lab.Host("relay").Address, 4001, 1, 3_000, 1, Control);
        var traffic = await capture.StopAsync();
        Assert.Equal(0, traffic.Missed);
        AssertContains(traffic, Encoding.ASCII.GetBytes(Control), true);
        var (aliceStatus, bobStatus) = (await lab.Alice.StatusAsync(), await lab.Bob.StatusAsync());
        foreach (var status in new[] { aliceStatus, bobStatus })
        {
            var id = new byte[32];
            TunnelPeerId.Parse(status.PeerId).CopyTo(id);
            AssertContains(traffic, id, true);
        }

        // And what must not be. Nothing shorter than five bytes is looked for: ciphertext has every four bytes sooner or later.
        foreach (var secret in new[] { Word, Word[..16], "confidential-name", TunnelMachine.Network, token, "alice", "10.99.88." }) AssertContains(traffic, Encoding.ASCII.GetBytes(secret), false);
        byte[][] addresses = [alice.GetAddressBytes(), bob.GetAddressBytes()];
        AssertContains(traffic, [.. addresses[0], .. addresses[1]], false);
        AssertContains(traffic, [.. addresses[1], .. addresses[0]], false);
        foreach (var status in new[] { aliceStatus, bobStatus })
        {
            AssertContains(traffic, IPAddress.Parse(status.Ipv6!.Split('/')[0]).GetAddressBytes(), false);
            AssertContains(traffic, Convert.FromHexString(status.MacAddress!.Replace(":", "", StringComparison.Ordinal)), false);
        }
    }

    private static void AssertContains(CapturedTraffic traffic, byte[] what, bool expected) =>
        Assert.True(traffic.Contains(what) == expected, $"{(expected ? "not found" : "found")}: {Encoding.ASCII.GetString(what)} ({Convert.ToHexString(what)}) in {traffic.Frames.Count} frames");
}
