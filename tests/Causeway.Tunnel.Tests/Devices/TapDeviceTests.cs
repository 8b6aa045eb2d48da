using System.Diagnostics;
using System.Net;
using System.Text;
using Causeway.Network.Ethernet;
using Causeway.Network.Netlink;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Devices.Linux;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Devices;

public sealed class TapDeviceTests
{
    [Fact]
    public Task A_real_device() => TunDriver.RunWithAsync<InANamespace>();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("with space")]
    [InlineData("with/slash")]
    [InlineData("with:colon")]
    [InlineData("tap%d")]
    [InlineData("a#b")]
    [InlineData("sixteen-letters!")]
    [InlineData("chr-#####")]
    public void Names_that_no_interface_can_have(string name)
    {
        Assert.Equal(SegmentDeviceError.InvalidName, Assert.Throws<SegmentDeviceException>(() => TapName.Candidates(name)).Error);
    }

    [Fact]
    public void A_template_stands_for_numbers()
    {
        Assert.Equal(["chr-001"], TapName.Candidates("chr-001"));
        Assert.Equal(["chr-001", "chr-002"], TapName.Candidates("chr-###").Take(2));
        Assert.Equal(9, TapName.Candidates("tap#").Count());
    }

    public sealed class InANamespace : IDisposable
    {
        private static readonly MacAddress Mac = MacAddress.Parse("02:11:22:33:44:55");
        private static readonly SegmentAddress IPv4 = new(IPAddress.Parse("10.10.10.3"), 24);
        private static readonly SegmentAddress IPv6 = new(IPAddress.Parse("fd12::3"), 64);

        private readonly NetlinkClient _netlink = new();

        public void Dispose() => _netlink.Dispose();

        [Fact(Explicit = true)]
        public void It_has_what_was_asked_for_and_vanishes_when_it_is_disposed()
        {
            using (var device = TapDevice.Create(new SegmentDeviceOptions { Name = "chr-001", MacAddress = Mac, Mtu = 1400, Addresses = [IPv4, IPv6] }))
            {
                var link = _netlink.FindLink("chr-001");
                Assert.NotNull(link);
                Assert.Equal((device.InterfaceIndex, 1400, Mac, "tun", true), (link.Index, link.Mtu, link.MacAddress!.Value, link.Kind, link.IsUp));
                Assert.Equal((Mac, true, false), (device.MacAddress, device.HasOffload, device.AcceptsRouterAdvertisements));
                var addresses = _netlink.GetAddresses().Where(a => a.InterfaceIndex == link.Index).ToList();
                Assert.Contains(addresses, a => a.Address.Equals(IPv4.Address) && a.PrefixLength == 24);
                Assert.Contains(addresses, a => a.Address.Equals(IPv6.Address) && a.PrefixLength == 64 && !a.Flags.HasFlag(InterfaceAddressFlags.Tentative));
                Assert.Equal("0", File.ReadAllText("/proc/sys/net/ipv6/conf/chr-001/accept_ra").Trim());
                Assert.Equal(device.InterfaceIndex, _netlink.FindRoute(IPAddress.Parse("10.10.10.4"))!.InterfaceIndex);
            }

            Assert.Null(_netlink.FindLink("chr-001"));
        }

        [Fact(Explicit = true)]
        public void Without_a_wish_the_system_chooses_the_address()
        {
            using var device = SegmentDevice.Create(new SegmentDeviceOptions());
            Assert.Equal(("chr-001", 1500), (device.Name, device.Mtu));
            Assert.False(device.MacAddress.IsZero || device.MacAddress.IsGroup);
        }

        [Fact(Explicit = true)]
        public void Addresses_change_with_the_roster()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions { Addresses = [IPv4] });
            var other = new SegmentAddress(IPAddress.Parse("10.10.10.77"), 24);
            Assert.Empty(device.SetAddresses([other, IPv6]));
            var addresses = _netlink.GetAddresses().Where(a => a.InterfaceIndex == device.InterfaceIndex).Select(a => a.Address).ToList();
            Assert.Contains(other.Address, addresses);
            Assert.Contains(IPv6.Address, addresses);
            Assert.DoesNotContain(IPv4.Address, addresses);
            device.SetAddresses([]);
            Assert.DoesNotContain(_netlink.GetAddresses(), a => a.InterfaceIndex == device.InterfaceIndex && a.Scope == 0);
        }

        [Theory(Explicit = true)]
        [InlineData("192.0.2.1", 32, "192.0.2.1")]
        [InlineData("192.0.2.9", 24, "192.0.2.0/24")]
        [InlineData("192.0.2.9", 16, "192.0.0.0/16")]
        public void An_address_or_network_of_another_interface_is_a_clash(string address, int prefix, string named)
        {
            var exception = Assert.Throws<SegmentDeviceException>(() => TapDevice.Create(new SegmentDeviceOptions { Addresses = [new(IPAddress.Parse(address), prefix)] }));
            Assert.Equal(SegmentDeviceError.AddressClash, exception.Error);
            Assert.Contains("lan0", exception.Message, StringComparison.Ordinal);
            Assert.Contains(named, exception.Message, StringComparison.Ordinal);
            Assert.Null(_netlink.FindLink("chr-001"));
        }

        [Fact(Explicit = true)]
        public void A_part_of_a_larger_network_is_no_clash()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions { Addresses = [new(IPAddress.Parse("192.0.2.130"), 25)] });
            Assert.Equal(device.InterfaceIndex, _netlink.FindRoute(IPAddress.Parse("192.0.2.131"))!.InterfaceIndex);
        }

        [Fact(Explicit = true)]
        public void It_knows_which_addresses_it_would_be_the_way_to()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions { Addresses = [IPv4, IPv6] });
            Assert.True(device.IsWayTo(IPAddress.Parse("10.10.10.9")));
            Assert.True(device.IsWayTo(IPAddress.Parse("fd12::9")));
            Assert.False(device.IsWayTo(IPv4.Address));
            Assert.False(device.IsWayTo(IPAddress.Parse("192.0.2.9")));
            Assert.False(device.IsWayTo(IPAddress.Parse("203.0.113.1")));
            Shell("ip route add 203.0.113.0/24 via 10.10.10.9");
            Assert.True(device.IsWayTo(IPAddress.Parse("203.0.113.1")));
        }

        [Fact(Explicit = true)]
        public void Without_IPv6_there_is_IPv4()
        {
            using var thread = new NamespaceThread();
            using var device = thread.Run(() =>
            {
                File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
                return TapDevice.Create(new SegmentDeviceOptions { Addresses = [IPv4] });
            });
            Assert.Equal([IPv6], thread.Run(() => device.SetAddresses([IPv4, IPv6])));
        }

        [Fact(Explicit = true)]
        public void A_name_is_not_taken_twice()
        {
            using var first = TapDevice.Create(new SegmentDeviceOptions { Name = "chr-###" });
            using var second = TapDevice.Create(new SegmentDeviceOptions { Name = "chr-###" });
            Assert.Equal(("chr-001", "chr-002"), (first.Name, second.Name));
            AssertFails("chr-001", SegmentDeviceError.NameInUse, "another tunnel");
            AssertFails("lan0", SegmentDeviceError.NameInUse, "no TAP device (veth)");
            AssertFails("lo", SegmentDeviceError.NameInUse, "no TAP device (hardware)");
        }

        [Fact(Explicit = true)]
        public void A_persistent_device_of_somebody_else_is_not_taken_over()
        {
            Shell("ip tuntap add name left0 mode tap vnet_hdr");
            AssertFails("left0", SegmentDeviceError.NameInUse, "delete it");
            Shell("ip tuntap del name left0 mode tap");
        }

        [Fact(Explicit = true)]
        public void Without_the_capability_it_says_so()
        {
            using var thread = new NamespaceThread();
            thread.DropCapabilities();
            var exception = Assert.Throws<SegmentDeviceException>(() => thread.Run(() => TapDevice.Create(new SegmentDeviceOptions())));
            Assert.Equal(SegmentDeviceError.NotPermitted, exception.Error);
            // Who is root without capabilities cannot even open the file, unless its mode lets everybody.
            Assert.Matches("CAP_NET_ADMIN", exception.Message);
        }

        [Fact(Explicit = true)]
        public void Without_the_driver_it_says_so()
        {
            Shell("mount -t tmpfs none /dev/net");
            try
            {
                AssertFails("chr-001", SegmentDeviceError.NotSupported, "modprobe tun");
            }
            finally
            {
                Shell("umount /dev/net");
            }
        }

        [Fact(Explicit = true)]
        public void Somebody_may_delete_it()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions());
            _netlink.DeleteLink(device.InterfaceIndex);
            Assert.True(device.WaitForFrames(Timeout.InfiniteTimeSpan));
            var buffer = new byte[device.MaxReadLength];
            Assert.Equal(SegmentDeviceError.Gone, Assert.Throws<SegmentDeviceException>(() =>
            {
                while (device.TryRead(buffer) > 0)
                {
                }
            }).Error);
            Assert.Equal(SegmentDeviceError.Gone, Assert.Throws<SegmentDeviceException>(() => device.Write(new byte[100])).Error);
        }

        [Fact(Explicit = true)]
        public void Somebody_may_switch_it_off()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions());
            _netlink.SetUp(device.InterfaceIndex, false);
            Assert.Equal(DeviceWriteResult.Down, device.Write(new byte[100]));
            _netlink.SetUp(device.InterfaceIndex, true);
            Assert.Equal(DeviceWriteResult.Written, device.Write(new byte[100]));
        }

        [Fact(Explicit = true)]
        public void The_kernel_refuses_what_the_check_would_have_refused()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions());
            Assert.Equal(DeviceWriteResult.Refused, device.Write(new VirtioNetHeader(VirtioNetFlags.NeedsChecksum, VirtioSegmentType.TcpIPv4, 5000, 100, 34, 16), new byte[100]));
            Assert.Equal(DeviceWriteResult.Refused, device.Write(new byte[15]));
            Assert.Throws<ArgumentException>(() => device.TryRead(new byte[2000]));
        }

        [Fact(Explicit = true)]
        public async Task Stopping_and_disposing_end_the_wait()
        {
            foreach (var end in new Action<TapDevice>[] { d => d.Stop(), d => d.Dispose() })
            {
                using var device = TapDevice.Create(new SegmentDeviceOptions());
                var reading = Task.Factory.StartNew(
                    () =>
                    {
                        var buffer = new byte[device.MaxReadLength];
                        while (device.WaitForFrames(Timeout.InfiniteTimeSpan)) device.TryRead(buffer);
                    },
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
                end(device);
                await reading;
                Assert.False(device.WaitForFrames(TimeSpan.Zero));
            }
        }

        [Fact(Explicit = true)]
        public void Nothing_is_allocated_per_frame()
        {
            using var device = TapDevice.Create(new SegmentDeviceOptions { Addresses = [IPv4] });
            byte[] buffer = new byte[device.MaxReadLength], frame = new byte[100];
            void Work()
            {
                device.WaitForFrames(TimeSpan.Zero);
                device.TryRead(buffer);
                device.Write(frame);
                device.Write(default, frame.AsSpan(10));
            }

            Work();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) Work();
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }

        [Fact(Explicit = true)]
        public async Task A_killed_process_leaves_no_device_behind()
        {
            using var monitor = new NetworkMonitor();
            var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
            foreach (var argument in new[] { "-class", typeof(Holder).FullName!, "-explicit", "only" }) start.ArgumentList.Add(argument);
            start.Environment[Holder.Wanted] = "1";
            using var process = Process.Start(start)!;
            await foreach (var change in monitor.ReadAllAsync())
            {
                if (change is not NetworkEvent.LinkChanged { Link: { Name: "chr-900" } link } changed) continue;
                if (changed.IsRemoved) break;
                if (link.IsUp) process.Kill();
            }

            await process.WaitForExitAsync();
            Assert.Equal(128 + 9, process.ExitCode);
            Assert.Null(_netlink.FindLink("chr-900"));
        }

        private static void AssertFails(string name, SegmentDeviceError error, string words)
        {
            var exception = Assert.Throws<SegmentDeviceException>(() => TapDevice.Create(new SegmentDeviceOptions { Name = name }));
            Assert.Equal(error, exception.Error);
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        }

        private static void Shell(string command)
        {
            using var process = Process.Start("sh", ["-c", command]);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }

    /// <summary>What the process that is killed runs.</summary>
    public sealed class Holder
    {
        public const string Wanted = "CAUSEWAY_TEST_HOLDS_DEVICE";

        [Fact(Explicit = true)]
        public void Holds_a_device_until_it_is_killed()
        {
            if (Environment.GetEnvironmentVariable(Wanted) is null) return;
            using var device = TapDevice.Create(new SegmentDeviceOptions { Name = "chr-900" });
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
