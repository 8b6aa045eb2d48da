using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Causeway.Network.Ethernet;
using Causeway.Network.Netlink;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Devices.Linux;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Devices;

public sealed class TapDeviceTests
{
    [Fact]
    public Task A_real_device() => PrivateNetwork.RunAsync<InANamespace>();

    public sealed class InANamespace
    {
        private static readonly MacAddress Mac = MacAddress.Parse("02:11:22:33:44:55");

        [Fact(Explicit = true)]
        public void It_has_what_was_asked_for()
        {
            using var netlink = new NetlinkClient();
            using (var device = TapDevice.Create(new SegmentDeviceOptions
            {
                Name = "chr-001", MacAddress = Mac, Mtu = 1400, Addresses = [new(IPAddress.Parse("10.10.10.3"), 24), new(IPAddress.Parse("fd12::3"), 64)],
            }))
            {
                var link = netlink.FindLink("chr-001");
                Assert.NotNull(link);
                Assert.Equal((device.InterfaceIndex, 1400, Mac, "tun", true), (link.Index, link.Mtu, link.MacAddress!.Value, link.Kind, link.IsUp));
                Assert.Equal((Mac, true, false), (device.MacAddress, device.HasOffload, device.AcceptsRouterAdvertisements));
                var addresses = netlink.GetAddresses().Where(a => a.InterfaceIndex == link.Index).ToList();
                Assert.Contains(addresses, a => a.Address.Equals(IPAddress.Parse("10.10.10.3")) && a.PrefixLength == 24);
                Assert.Contains(addresses, a => a.Address.Equals(IPAddress.Parse("fd12::3")) && a.PrefixLength == 64 && (a.Flags & InterfaceAddressFlags.Tentative) == InterfaceAddressFlags.None);
                Assert.Equal("0", File.ReadAllText("/proc/sys/net/ipv6/conf/chr-001/accept_ra").Trim());
                Assert.Equal(device.InterfaceIndex, netlink.FindRoute(IPAddress.Parse("10.10.10.4"))!.InterfaceIndex);
            }

            Assert.Null(netlink.FindLink("chr-001"));
        }
    }
}
