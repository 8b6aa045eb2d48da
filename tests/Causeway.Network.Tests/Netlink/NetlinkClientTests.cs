using System.Diagnostics;
using System.Net;
using Causeway.Network.Ethernet;
using Causeway.Network.Netlink;
using Causeway.Network.Posix;

namespace Causeway.Network.Tests.Netlink;

public sealed class NetlinkClientTests
{
    [Fact]
    public Task Against_the_kernel() => PrivateNetwork.RunAsync<InANamespace>();

    /// <summary>The namespace has lo, and lan0 with 192.0.2.1/24, whose other end is lan1.</summary>
    public sealed class InANamespace : IDisposable
    {
        private readonly NetlinkClient _netlink = new();

        private int Lan0 => _netlink.FindLink("lan0")!.Index;

        public void Dispose() => _netlink.Dispose();

        [Fact(Explicit = true)]
        public void Interfaces_are_listed()
        {
            var links = _netlink.GetLinks();
            Assert.Equal(["lan0", "lan1", "lo"], links.Select(l => l.Name).Where(n => n is "lo" or "lan0" or "lan1").Order());
            var lan0 = links.Single(l => l.Name == "lan0");

            // The kernel notes a moment later, by itself, that what is up also runs.
            var found = _netlink.FindLink("lan0")!;
            Assert.Equal(lan0 with { Flags = lan0.Flags | LinkFlags.Running }, found with { Flags = found.Flags | LinkFlags.Running });
            Assert.Equal(("veth", true, 1500), (lan0.Kind, lan0.IsUp, lan0.Mtu));
            Assert.True(links.Single(l => l.Name == "lo").Flags.HasFlag(LinkFlags.Loopback));
            Assert.Null(_netlink.FindLink("nothing"));
        }

        [Fact(Explicit = true)]
        public void Interfaces_are_changed()
        {
            var index = _netlink.FindLink("lan1")!.Index;
            _netlink.SetLink(index, new LinkSettings { Mtu = 1300, MacAddress = MacAddress.Parse("02:00:00:00:00:77"), TransmitQueueLength = 55, MaxSegmentSize = 20_000 });
            var link = _netlink.FindLink("lan1")!;
            Assert.Equal((1300, MacAddress.Parse("02:00:00:00:00:77"), 55, 20_000, true), (link.Mtu, link.MacAddress!.Value, link.TransmitQueueLength, link.MaxSegmentSize, link.IsUp));
            _netlink.SetUp(index, false);
            Assert.False(_netlink.FindLink("lan1")!.IsUp);
            _netlink.SetUp(index, true);
            Assert.True(_netlink.FindLink("lan1")!.IsUp);
            Assert.Equal(Errno.ENODEV, Assert.Throws<NetlinkException>(() => _netlink.SetUp(9999, true)).Errno);
            Assert.Contains("mtu", Assert.Throws<NetlinkException>(() => _netlink.SetMtu(index, 1)).Message, StringComparison.OrdinalIgnoreCase);
        }

        [Fact(Explicit = true)]
        public void Addresses_come_and_go()
        {
            var present = _netlink.GetAddresses().Single(a => a.Address.Equals(IPAddress.Parse("192.0.2.1")));
            Assert.Equal((Lan0, 24), (present.InterfaceIndex, present.PrefixLength));
            foreach (var address in new[]
            {
                new InterfaceAddress { InterfaceIndex = Lan0, Address = IPAddress.Parse("198.51.100.7"), PrefixLength = 25 },
                new InterfaceAddress { InterfaceIndex = Lan0, Address = IPAddress.Parse("fd12::7"), PrefixLength = 64, Flags = InterfaceAddressFlags.NoDuplicateDetection },
            })
            {
                _netlink.AddAddress(address);
                var added = _netlink.GetAddresses().Single(a => a.Address.Equals(address.Address));
                Assert.Equal((address.InterfaceIndex, address.PrefixLength), (added.InterfaceIndex, added.PrefixLength));
                Assert.False(added.Flags.HasFlag(InterfaceAddressFlags.Tentative));
                Assert.Equal(Errno.EEXIST, Assert.Throws<NetlinkException>(() => _netlink.AddAddress(address)).Errno);
                _netlink.RemoveAddress(address);
                Assert.DoesNotContain(_netlink.GetAddresses(), a => a.Address.Equals(address.Address));
                Assert.Equal(Errno.EADDRNOTAVAIL, Assert.Throws<NetlinkException>(() => _netlink.RemoveAddress(address)).Errno);
            }
        }

        [Fact(Explicit = true)]
        public void The_way_to_an_address_is_the_one_that_packets_take()
        {
            var neighbour = _netlink.FindRoute(IPAddress.Parse("192.0.2.9"))!;
            Assert.Equal((Lan0, null, IPAddress.Parse("192.0.2.1"), false), (neighbour.InterfaceIndex, neighbour.Gateway, neighbour.Source, neighbour.IsLocal));
            Assert.True(_netlink.FindRoute(IPAddress.Parse("192.0.2.1"))!.IsLocal);
            Assert.Null(_netlink.FindRoute(IPAddress.Parse("203.0.113.1")));
            Assert.Null(_netlink.FindRoute(IPAddress.Parse("2001:db8::1")));
            Ip("route add 203.0.113.0/24 via 192.0.2.254");
            Ip("route add prohibit 203.0.113.128/25");
            var routed = _netlink.FindRoute(IPAddress.Parse("203.0.113.1"))!;
            Assert.Equal((Lan0, IPAddress.Parse("192.0.2.254")), (routed.InterfaceIndex, routed.Gateway));
            Assert.Null(_netlink.FindRoute(IPAddress.Parse("203.0.113.129")));
            Assert.Contains(_netlink.GetRoutes(), r => r.Destination == IPNetwork.Parse("203.0.113.0/24") && IPAddress.Parse("192.0.2.254").Equals(r.Gateway) && r.Table == 254);
            Ip("route del 203.0.113.0/24");
            Ip("route del prohibit 203.0.113.128/25");
        }

        [Fact(Explicit = true)]
        public void A_mark_and_an_interface_narrow_the_way()
        {
            var marked = IPAddress.Parse("203.0.113.1");
            Ip("route add 203.0.113.0/24 dev lan0 table 100");
            Ip("rule add fwmark 7 lookup 100");
            Assert.Null(_netlink.FindRoute(marked));
            Assert.Equal(Lan0, _netlink.FindRoute(marked, mark: 7)!.InterfaceIndex);
            Ip("rule del fwmark 7 lookup 100");
            Ip("route del 203.0.113.0/24 dev lan0 table 100");
            Assert.Equal(_netlink.FindLink("lo")!.Index, _netlink.FindRoute(IPAddress.Parse("192.0.2.9"), interfaceIndex: _netlink.FindLink("lo")!.Index)!.InterfaceIndex);
            Assert.Equal(IPAddress.Parse("192.0.2.1"), _netlink.FindRoute(IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.1"))!.Source);
            Assert.Null(_netlink.FindRoute(IPAddress.Parse("192.0.2.9"), IPAddress.Parse("240.0.0.1")));
        }

        [Fact(Explicit = true)]
        public void Without_the_capability_reading_works_and_changing_says_what_is_missing()
        {
            using var thread = new NamespaceThread();
            thread.DropCapabilities();
            using var netlink = thread.Run(() => new NetlinkClient());
            var lo = thread.Run(() => netlink.FindLink("lo"))!;
            Assert.False(lo.IsUp);
            var exception = Assert.Throws<NetlinkException>(() => thread.Run(() => netlink.SetUp(lo.Index, true)));
            Assert.True(exception.IsPermission);
            Assert.Contains("CAP_NET_ADMIN", exception.Message, StringComparison.Ordinal);
        }

        [Fact(Explicit = true)]
        public async Task Changes_are_reported()
        {
            using var monitor = new NetworkMonitor();
            var address = new InterfaceAddress { InterfaceIndex = Lan0, Address = IPAddress.Parse("198.51.100.9"), PrefixLength = 24 };
            _netlink.AddAddress(address);
            _netlink.RemoveAddress(address);
            Ip("link add dummy9 type veth peer name dummy10");
            Ip("link del dummy9");
            List<string> seen = [];
            await foreach (var change in monitor.ReadAllAsync())
            {
                seen.Add(change switch
                {
                    NetworkEvent.LinkChanged link => $"{link.Link.Name} {link.IsRemoved}",
                    NetworkEvent.AddressChanged changed => $"{changed.Address.Address} {changed.IsRemoved}",
                    NetworkEvent.RouteChanged route => $"{route.Route.Destination} {route.IsRemoved}",
                    _ => change.ToString(),
                });
                if (seen.Contains("dummy9 True")) break;
            }

            foreach (var expected in new[] { "198.51.100.9 False", "198.51.100.0/24 False", "198.51.100.9 True", "198.51.100.0/24 True", "dummy9 False" }) Assert.Contains(expected, seen);
        }

        [Fact(Explicit = true)]
        public async Task Disposing_ends_the_stream()
        {
            var monitor = new NetworkMonitor();
            var reading = Task.Run(async () =>
            {
                await foreach (var _ in monitor.ReadAllAsync())
                {
                }
            });
            monitor.Dispose();
            await reading;
        }

        [Fact(Explicit = true)]
        public async Task A_reader_that_is_too_slow_is_told_that_it_missed_something()
        {
            using var monitor = new NetworkMonitor();
            var address = new InterfaceAddress { InterfaceIndex = Lan0, Address = IPAddress.Parse("198.51.100.10"), PrefixLength = 24 };
            // Each round makes at least four events: an address and routes, there and back.
            for (var i = 0; i < NetworkMonitor.Capacity / 2; i++)
            {
                _netlink.AddAddress(address);
                _netlink.RemoveAddress(address);
            }

            var count = 0;
            await foreach (var change in monitor.ReadAllAsync())
            {
                if (change is NetworkEvent.Missed) break;
                count++;
            }

            Assert.InRange(count, 1, NetworkMonitor.Capacity);
        }

        private static void Ip(string arguments)
        {
            using var process = Process.Start("ip", arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
