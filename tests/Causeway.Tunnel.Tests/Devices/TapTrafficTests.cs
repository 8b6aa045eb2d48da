using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Devices.Linux;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Devices;

public sealed class TapTrafficTests
{
    [Fact]
    public Task Between_two_machines() => TunDriver.RunWithAsync<InANamespace>();

    /// <summary>Two devices in two namespaces, with a <see cref="Cable"/> between them.</summary>
    public sealed class InANamespace : IDisposable
    {
        private const int SolUdp = 17, UdpSegment = 103;

        private static readonly IPAddress Here4 = IPAddress.Parse("10.10.10.3"), There4 = IPAddress.Parse("10.10.10.4");
        private static readonly IPAddress Here6 = IPAddress.Parse("fd12::3"), There6 = IPAddress.Parse("fd12::4");

        private readonly NamespaceThread _there = new();
        private Cable? _cable;

        public static TheoryData<bool, bool> OffloadsAndFamilies => new() { { true, false }, { true, true }, { false, false }, { false, true } };

        public void Dispose()
        {
            _cable?.Dispose();
            _there.Dispose();
        }

        [Theory(Explicit = true)]
        [InlineData(true)]
        [InlineData(false)]
        public async Task Ping(bool offloadThere)
        {
            Connect(offloadThere);
            foreach (var address in new[] { There4, There6 })
            {
                using var ping = new Ping();
                var reply = await ping.SendPingAsync(address, TimeSpan.FromSeconds(10), new byte[1400]);
                Assert.Equal(IPStatus.Success, reply.Status);
            }
        }

        [Theory(Explicit = true)]
        [MemberData(nameof(OffloadsAndFamilies))]
        public async Task Tcp_travels_in_super_segments_and_arrives_whole(bool offloadThere, bool isIPv6)
        {
            var cable = Connect(offloadThere);
            using var listener = _there.Run(() => Listen(isIPv6 ? There6 : There4));
            using var here = new Socket(listener.LocalEndPoint!.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var accepting = listener.AcceptAsync();
            await here.ConnectAsync(listener.LocalEndPoint);
            using var there = await accepting;
            await TransferAsync(here, there);
            await TransferAsync(there, here);

            var kind = isIPv6 ? VirtioSegmentType.TcpIPv6 : VirtioSegmentType.TcpIPv4;
            Assert.Empty(cable.FromLeft.Failures);
            Assert.Empty(cable.FromRight.Failures);
            Assert.True(cable.FromLeft.Of(kind) > 0 && cable.FromLeft.Longest > 10_000, $"The longest frame had {cable.FromLeft.Longest} bytes.");
            if (offloadThere) Assert.True(cable.FromRight.Of(kind) > 0 && cable.FromRight.Longest > 10_000, $"The longest frame back had {cable.FromRight.Longest} bytes.");
            else Assert.InRange(cable.FromRight.Longest, 1000, 1514);
        }

        [Theory(Explicit = true)]
        [MemberData(nameof(OffloadsAndFamilies))]
        public async Task Udp_travels_in_super_segments_where_a_program_makes_them(bool offloadThere, bool isIPv6)
        {
            var cable = Connect(offloadThere);
            using var there = _there.Run(() =>
            {
                var socket = new Socket(isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(isIPv6 ? There6 : There4, 0));
                return socket;
            });
            using var here = new Socket(there.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await here.ConnectAsync(there.LocalEndPoint!);
            var size = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(size, 1000);
            here.SetRawSocketOption(SolUdp, UdpSegment, size);
            var data = RandomNumberGenerator.GetBytes(20_500);
            var buffer = new byte[2000];
            await here.SendAsync(data);
            for (var offset = 0; offset < data.Length;)
            {
                var received = await there.ReceiveAsync(buffer);
                Assert.Equal(Math.Min(1000, data.Length - offset), received);
                Assert.True(data.AsSpan(offset, received).SequenceEqual(buffer.AsSpan(0, received)));
                offset += received;
            }

            Assert.Empty(cable.FromLeft.Failures);
            // Kernels before 6.2 have no UDP offload for TAP devices, and split datagrams before they hand them out.
            if (Environment.OSVersion.Version >= new Version(6, 2)) Assert.Equal(1, cable.FromLeft.Of(VirtioSegmentType.Udp));
        }

        [Fact(Explicit = true)]
        public async Task Checksums_are_left_to_the_receiver()
        {
            var cable = Connect(offloadThere: true);
            using var there = _there.Run(() =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(There4, 0));
                return socket;
            });
            using var here = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await here.SendToAsync("hello"u8.ToArray(), there.LocalEndPoint!);
            var buffer = new byte[100];
            Assert.Equal(5, await there.ReceiveAsync(buffer));
            Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
            Assert.True(cable.FromLeft.Checksums > 0);
            Assert.Empty(cable.FromLeft.Failures);
        }

        private static Socket Listen(IPAddress address)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen();
            return socket;
        }

        private static async Task TransferAsync(Socket from, Socket to)
        {
            var data = RandomNumberGenerator.GetBytes(Soak.Count(8_000_000, 200_000_000));
            var sending = from.SendAsync(data);
            var received = new byte[data.Length];
            for (var offset = 0; offset < received.Length;)
            {
                var count = await to.ReceiveAsync(received.AsMemory(offset));
                Assert.NotEqual(0, count);
                offset += count;
            }

            await sending;
            Assert.True(data.AsSpan().SequenceEqual(received));
        }

        private Cable Connect(bool offloadThere)
        {
            var here = TapDevice.Create(new SegmentDeviceOptions { Addresses = [new(Here4, 24), new(Here6, 64)] });
            var there = _there.Run(() => TapDevice.Create(new SegmentDeviceOptions { Offload = offloadThere, Addresses = [new(There4, 24), new(There6, 64)] }));
            Assert.Equal((true, offloadThere), (here.HasOffload, there.HasOffload));
            return _cable = new Cable(here, there);
        }
    }
}
