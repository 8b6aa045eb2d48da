using System.Globalization;
using Causeway.Lab.Processes;
using Causeway.Lab.Tests.Traffic;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Three members are one Ethernet segment.</summary>
public sealed class SegmentTests(MeshFixture mesh) : IClassFixture<MeshFixture>
{
    [Fact]
    public async Task Every_member_reaches_every_other_by_both_address_families()
    {
        var lab = await mesh.GetAsync();
        TunnelMachine[] members = [lab.Alice, lab.Bob, lab.Carol];
        foreach (var from in members)
        {
            foreach (var to in members.Where(m => m != from))
            {
                await from.PingAsync(await to.Ipv4Async());
                await from.PingAsync(await to.Ipv6Async());
                // ARP and neighbour discovery found the device that the roster says is there.
                var peer = await from.PeerAsync(to);
                var neighbours = (await from.Host.RunAsync("ip", "neigh", "show", "dev", TunnelMachine.Device)).Succeeded().Output.Split('\n');
                Assert.Contains(neighbours, n => n.StartsWith($"{peer.Ipv4} ", StringComparison.Ordinal) && n.Contains($"lladdr {peer.MacAddress} ", StringComparison.OrdinalIgnoreCase));
                Assert.Contains(neighbours, n => n.StartsWith($"{peer.Ipv6} ", StringComparison.Ordinal) && n.Contains($"lladdr {peer.MacAddress} ", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [Fact]
    public async Task What_status_and_peers_show_fits_together()
    {
        var lab = await mesh.GetAsync();
        foreach (var member in new[] { lab.Alice, lab.Bob, lab.Carol })
        {
            var status = await member.StatusAsync();
            Assert.Equal((TunnelMachine.Network, member.Name, TunnelMachine.Device, 1500, 3, 2), (status.Network, status.Name, status.Device, status.Mtu, status.Members, status.Online));
            Assert.Equal("connected", Assert.Single(status.Relays).State);
            Assert.Null(status.Problem);
            foreach (var other in new[] { lab.Alice, lab.Bob, lab.Carol }.Where(o => o != member))
            {
                var (peer, own) = (await member.PeerAsync(other), await other.StatusAsync());
                Assert.Equal((own.PeerId, own.MacAddress, own.Role), (peer.PeerId, peer.MacAddress, peer.Role));
                Assert.StartsWith(peer.Ipv4 + "/", own.Ipv4);
                Assert.StartsWith(peer.Ipv6 + "/", own.Ipv6);
            }
        }
    }

    [Fact]
    public async Task The_tunnels_own_ping_measures_the_way_to_a_member()
    {
        var lab = await mesh.GetAsync();
        var ping = await lab.Alice.RunAsync("ping", "carol", "-c", "2");
        Assert.True(ping.ExitCode == 0, ping.Output + ping.Error);
        Assert.Contains("relay", ping.Output);
    }

    [Fact]
    public async Task What_is_sent_to_all_nodes_reaches_both_others()
    {
        var lab = await mesh.GetAsync();
        // ff02::1: one answer of each of the two, and of the sender itself; it ends when all have answered, however late.
        await using var ping = await lab.Alice.Host.StartAsync("ping", $"ff02::1%{TunnelMachine.Device}");
        var answers = new HashSet<string>();
        while (answers.Count < 3) answers.Add((await ping.WaitForLineAsync("bytes from", TestLab.Patience)).Split(' ')[3]);
    }

    [Theory]
    [InlineData("UDP4-RECV:4242,reuseaddr,ip-add-membership=239.7.7.7:" + TunnelMachine.Device, "UDP4-DATAGRAM:239.7.7.7:4242,ip-multicast-if={0}")]
    [InlineData("UDP6-RECV:4242,reuseaddr,ipv6-join-group=[ff15::7:7]:" + TunnelMachine.Device, "UDP6-DATAGRAM:[ff15::7:7]:4242,so-bindtodevice=" + TunnelMachine.Device)]
    [InlineData("UDP4-RECV:4242,reuseaddr", "UDP4-DATAGRAM:255.255.255.255:4242,broadcast,so-bindtodevice=" + TunnelMachine.Device)]
    public async Task Multicast_and_broadcast_reach_both_others(string receiver, string sender)
    {
        var lab = await mesh.GetAsync();
        await using var bob = await ReceiveAsync(lab.Bob, receiver);
        await using var carol = await ReceiveAsync(lab.Carol, receiver);
        var word = $"to everybody {Guid.NewGuid():N}";
        var destination = string.Format(CultureInfo.InvariantCulture, sender, await lab.Alice.Ipv4Async());
        (await lab.Alice.Host.RunAsync(new ProcessOptions { Input = word + "\n" }, "socat", "-u", "STDIN", destination)).Succeeded();
        await bob.WaitForLineAsync(word, TestLab.Patience);
        await carol.WaitForLineAsync(word, TestLab.Patience);
    }

    [Fact]
    public async Task A_request_of_a_machine_without_an_address_reaches_both_others()
    {
        // As DHCP does it: from 0.0.0.0, UDP port 68, to 255.255.255.255, port 67, checksum 0 (none).
        var lab = await mesh.GetAsync();
        var mac = (await lab.Alice.StatusAsync()).MacAddress!.Split(':').Select(b => byte.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var text = "who gives me an address?\n"u8;
        byte[] frame =
        [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. mac, 0x08, 0x00,
            0x45, 0, 0, (byte)(28 + text.Length), 0, 0, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255,
            0, 68, 0, 67, 0, (byte)(8 + text.Length), 0, 0, .. text,
        ];
        var sum = Enumerable.Range(0, 10).Sum(i => (frame[14 + (2 * i)] << 8) + frame[15 + (2 * i)]);
        var checksum = (ushort)~((sum & 0xffff) + (sum >> 16));
        (frame[24], frame[25]) = ((byte)(checksum >> 8), (byte)checksum);

        await using var bob = await ReceiveAsync(lab.Bob, "UDP4-RECV:67");
        await using var carol = await ReceiveAsync(lab.Carol, "UDP4-RECV:67");
        var octal = string.Concat(frame.Select(b => $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}"));
        (await lab.Alice.Host.RunAsync("sh", "-c", $"printf '{octal}' | socat -u STDIN INTERFACE:{TunnelMachine.Device}")).Succeeded();
        await bob.WaitForLineAsync("who gives me an address?", TestLab.Patience);
        await carol.WaitForLineAsync("who gives me an address?", TestLab.Patience);
    }

    [Fact]
    public async Task TCP_streams_of_every_length_arrive_whole()
    {
        var lab = await mesh.GetAsync();
        await using var server = await LabTraffic.ServeAsync(lab.Bob.Host, "tcp-serve", 4000);
        var (v4, v6) = (await lab.Bob.Ipv4Async(), await lab.Bob.Ipv6Async());
        foreach (var length in new[] { 1, 2, 1447, 1448, 1449, 65_535, 65_536, 1_000_003 }) await LabTraffic.TcpAsync(lab.Alice.Host, v4, 4000, 1, length, length);
        await LabTraffic.TcpAsync(lab.Carol.Host, v6, 4000, 1, 32 << 20, 8 << 20);
        await LabTraffic.TcpAsync(lab.Alice.Host, v4, 4000, 1, 8 << 20, 32 << 20);
    }

    [Fact]
    public async Task An_interactive_session_goes_to_and_fro()
    {
        // As ssh does it: a keystroke there, its echo back, one after the other.
        var lab = await mesh.GetAsync();
        await using var server = await LabTraffic.ServeAsync(lab.Carol.Host, "tcp-serve", 4100);
        Assert.Equal(new TcpFigures(300, 300, 300, 0), await LabTraffic.TcpAsync(lab.Alice.Host, await lab.Carol.Ipv4Async(), 4100, 300, 1, 1));
        Assert.Equal(new TcpFigures(100, 3700, 21_100, 0), await LabTraffic.TcpAsync(lab.Bob.Host, await lab.Carol.Ipv6Async(), 4100, 100, 37, 211));
    }

    [Fact]
    public async Task Datagrams_of_every_length_arrive_once_and_unharmed()
    {
        var lab = await mesh.GetAsync();
        await using var server = await LabTraffic.ServeAsync(lab.Carol.Host, "udp-echo", 4200);
        var (v4, v6) = (await lab.Carol.Ipv4Async(), await lab.Carol.Ipv6Async());
        (await LabTraffic.UdpAsync(lab.Alice.Host, v4, 4200, 46, 1, 23, 1)).AssertPerfect();
        // One of every size that fits into a frame, then some that IP has to split: 1472 and 1452 are what an MTU of 1500 leaves.
        (await LabTraffic.UdpAsync(lab.Alice.Host, v4, 4200, 1449, 24, 1472, 32)).AssertPerfect();
        (await LabTraffic.UdpAsync(lab.Bob.Host, v6, 4200, 1429, 24, 1452, 32)).AssertPerfect();
        (await LabTraffic.UdpAsync(lab.Bob.Host, v4, 4200, 100, 9_000, 9_099, 4)).AssertPerfect();
        Assert.Equal(46 + 1449 + 1429 + 100, await LabTraffic.EchoedAsync(server));
    }

    private static async Task<LabProcess> ReceiveAsync(TunnelMachine machine, string address)
    {
        var receiver = await machine.Host.StartAsync("socat", "-d", "-d", "-u", address, "STDOUT");
        await receiver.WaitForLineAsync("starting data transfer loop", TestLab.Patience);
        return receiver;
    }
}
