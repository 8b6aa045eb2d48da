using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Causeway.Network.Ethernet;
using Causeway.Network.Netlink;

namespace Causeway.Network.Tests.Netlink;

public sealed class NetlinkCodecTests
{
    private static readonly InterfaceAddress IPv4 = new() { InterfaceIndex = 7, Address = IPAddress.Parse("10.10.10.3"), PrefixLength = 24 };

    private static readonly InterfaceAddress IPv6 = new()
    {
        InterfaceIndex = 7,
        Address = IPAddress.Parse("fd12::3"),
        PrefixLength = 64,
        Flags = InterfaceAddressFlags.NoDuplicateDetection,
        Scope = 0,
    };

    [Fact]
    public void An_address_request_byte_by_byte()
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The bytes below are those of a little-endian machine.");
        var bytes = RouteMessages.AddAddress(new byte[RouteMessages.MaxRequestLength], 5, IPv4);
        Assert.Equal(
            "30000000" + "1400" + "0506" + "05000000" + "00000000" // 48 bytes, RTM_NEWADDR, REQUEST ACK EXCL CREATE, sequence 5
            + "02" + "18" + "00" + "00" + "07000000" // AF_INET, /24, interface 7
            + "08000200" + "0A0A0A03" + "08000100" + "0A0A0A03" + "08000400" + "0A0A0AFF", // IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void Addresses_are_read_as_they_are_written()
    {
        foreach (var address in new[] { IPv4, IPv6, IPv4 with { PrefixLength = 32 }, IPv4 with { PrefixLength = 31 } })
        {
            Assert.Equal(address, RouteMessages.ReadAddress(Only(RouteMessages.AddAddress(new byte[256], 1, address)).Payload));
            Assert.Equal(address, RouteMessages.ReadAddress(Only(RouteMessages.DeleteAddress(new byte[256], 1, address)).Payload));
        }
    }

    [Fact]
    public void Links_are_read_as_they_are_written()
    {
        var writer = new NetlinkWriter(new byte[256], NetlinkProtocol.NewLink, 0, 1);
        var header = writer.Reserve(NetlinkProtocol.LinkHeaderLength);
        MemoryMarshal.Write(header[4..], 12);
        MemoryMarshal.Write(header[8..], (uint)(LinkFlags.Up | LinkFlags.Multicast));
        writer.Attribute(NetlinkProtocol.LinkName, "chr-001");
        writer.Attribute(NetlinkProtocol.LinkMtu, 1500);
        writer.Attribute(NetlinkProtocol.LinkMaster, 3);
        writer.Attribute(NetlinkProtocol.LinkTransmitQueueLength, 1000);
        writer.Attribute(NetlinkProtocol.LinkGsoMaxSize, 65536);
        writer.Attribute(NetlinkProtocol.LinkAddress, MacAddress.Parse("02:00:00:00:00:01").ToArray());
        writer.Attribute(NetlinkProtocol.LinkInfo | NetlinkProtocol.Nested, [8, 0, 1, 0, (byte)'t', (byte)'u', (byte)'n', 0]);
        writer.Attribute(999, "unknown");
        Assert.Equal(
            new NetworkLink
            {
                Index = 12,
                Name = "chr-001",
                Flags = LinkFlags.Up | LinkFlags.Multicast,
                Mtu = 1500,
                MasterIndex = 3,
                TransmitQueueLength = 1000,
                MaxSegmentSize = 65536,
                MacAddress = MacAddress.Parse("02:00:00:00:00:01"),
                Kind = "tun",
            },
            RouteMessages.ReadLink(Only(writer.Finish()).Payload));
    }

    [Fact]
    public void Link_settings_change_only_what_they_name()
    {
        var nothing = Only(RouteMessages.SetLink(new byte[256], 1, 4, new LinkSettings()));
        Assert.Equal((NetlinkProtocol.SetLink, 16), (nothing.Type, nothing.Payload.Length));
        Assert.Equal(0u, MemoryMarshal.Read<uint>(nothing.Payload[12..]));
        var down = Only(RouteMessages.SetLink(new byte[256], 1, 4, new LinkSettings { IsUp = false })).Payload;
        Assert.Equal((0u, 1u), (MemoryMarshal.Read<uint>(down[8..]), MemoryMarshal.Read<uint>(down[12..])));
        Assert.Equal(4, MemoryMarshal.Read<int>(down[4..]));
    }

    [Fact]
    public void Messages_about_bridges_and_other_families_are_left_out()
    {
        var payload = new byte[16];
        payload[0] = 7;
        Assert.Null(RouteMessages.ReadLink(payload));
        Assert.Null(RouteMessages.ReadLink(new byte[16]));
        Assert.Null(RouteMessages.ReadAddress([.. payload[..8]]));
        Assert.Null(RouteMessages.ReadRoute([.. payload[..12]]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0F00000010000000000000000000000000")]
    [InlineData("11000000100000000000000000000000")]
    [InlineData("FFFFFFFF100000000000000000000000")]
    [InlineData("100000001000000000000000")]
    [InlineData("10000000100000000000000000000000FF")]
    public void Datagrams_that_end_in_the_middle(string hex)
    {
        var datagram = Convert.FromHexString(hex);
        if (hex.Length == 0) NetworkMonitor.Decode(datagram, static _ => { });
        else Assert.Throws<FormatException>(() => NetworkMonitor.Decode(datagram, static _ => { }));
    }

    [Theory]
    [InlineData("0300010000")]
    [InlineData("0500010000000000")]
    [InlineData("0900040000000000")]
    [InlineData("070004000000000000")]
    [InlineData("0900030061626364")]
    [InlineData("0800030061626364")]
    [InlineData("04000300")]
    [InlineData("0800040000000080")]
    public void Malformed_attributes(string hex)
    {
        // A name without an end, an MTU of the wrong length or out of range, lengths that lie.
        byte[] payload = [.. new byte[16], .. Convert.FromHexString(hex)];
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The bytes are those of a little-endian machine.");
        if (hex is "0500010000000000") Assert.Null(RouteMessages.ReadLink(payload));
        else Assert.Throws<FormatException>(() => RouteMessages.ReadLink(payload));
    }

    [Fact]
    public void Impossible_prefixes_and_error_numbers()
    {
        Assert.Throws<FormatException>(() => RouteMessages.ReadAddress([2, 33, 0, 0, 1, 0, 0, 0]));
        Assert.Throws<FormatException>(() => RouteMessages.ReadAddress([10, 129, 0, 0, 1, 0, 0, 0]));
        Assert.Throws<FormatException>(() => RouteMessages.ReadRoute([2, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        foreach (var number in new[] { 1, int.MaxValue, int.MinValue, -4096 })
        {
            var payload = new byte[4];
            MemoryMarshal.Write(payload, number);
            Assert.Throws<FormatException>(() => new NetlinkMessage(NetlinkProtocol.Error, 0, 0, 0, payload).ReadErrno());
        }
    }

    [Fact]
    public void Networks_of_addresses()
    {
        Assert.Equal(IPNetwork.Parse("10.10.10.0/24"), IPv4.Network);
        Assert.Equal(IPNetwork.Parse("10.10.8.0/22"), (IPv4 with { PrefixLength = 22 }).Network);
        Assert.Equal(IPNetwork.Parse("0.0.0.0/0"), (IPv4 with { PrefixLength = 0 }).Network);
        Assert.Equal(IPNetwork.Parse("10.10.10.3/32"), (IPv4 with { PrefixLength = 32 }).Network);
        Assert.Equal(IPNetwork.Parse("fd12::/64"), IPv6.Network);
    }

    [Fact]
    public void Whatever_comes_a_decoder_answers_or_says_that_the_format_is_wrong()
    {
        byte[][] seeds =
        [
            RouteMessages.AddAddress(new byte[256], 1, IPv4).ToArray(),
            RouteMessages.AddAddress(new byte[256], 1, IPv6).ToArray(),
            RouteMessages.GetRoute(new byte[256], 1, IPv4.Address, null, 3, 9).ToArray(),
            RouteMessages.GetLink(new byte[256], 1, "chr-001").ToArray(),
            RouteMessages.SetLink(new byte[256], 1, 3, new LinkSettings { Mtu = 1500, MacAddress = MacAddress.Broadcast, MaxSegmentSize = 9, TransmitQueueLength = 1 }).ToArray(),
            [36, 0, 0, 0, 2, 0, 0, 2, .. new byte[8], 0xff, 0xff, 0xff, 0xff, 16, .. new byte[15], 8, 0, 1, 0, (byte)'n', (byte)'o', 0, 0],
        ];
        ushort[] types = [NetlinkProtocol.NewLink, NetlinkProtocol.DeleteLink, NetlinkProtocol.NewAddress, NetlinkProtocol.DeleteAddress, NetlinkProtocol.NewRoute, NetlinkProtocol.DeleteRoute];
        var random = new Random(20260101);
        int decoded = 0, refused = 0;
        for (var i = 0; i < Soak.Count(100_000, 10_000_000); i++)
        {
            byte[] datagram = [.. seeds[random.Next(seeds.Length)]];
            if (random.Next(4) > 0) MemoryMarshal.Write(datagram.AsSpan(4), types[random.Next(types.Length)]);
            for (var edits = random.Next(4); edits > 0; edits--) datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) datagram = datagram[..random.Next(datagram.Length)];
            try
            {
                NetworkMonitor.Decode(datagram, _ => decoded++);
                var reader = new NetlinkReader(datagram);
                while (reader.MoveNext())
                {
                    _ = reader.Current.ReadErrno();
                    _ = reader.Current.ReadErrorText();
                }
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.True(decoded > 1000 && refused > 1000, $"{decoded} decoded, {refused} refused: the test tests little.");
    }

    [Fact]
    public void The_kernels_own_words_are_found()
    {
        var datagram = new byte[16 + 4 + 16 + 12];
        MemoryMarshal.Write(datagram, datagram.Length);
        MemoryMarshal.Write(datagram.AsSpan(4), NetlinkProtocol.Error);
        MemoryMarshal.Write(datagram.AsSpan(6), (ushort)(NetlinkProtocol.ExtendedAcknowledgement | NetlinkProtocol.Capped));
        MemoryMarshal.Write(datagram.AsSpan(16), -22);
        MemoryMarshal.Write(datagram.AsSpan(20), 999);
        MemoryMarshal.Write(datagram.AsSpan(36), (ushort)11);
        MemoryMarshal.Write(datagram.AsSpan(38), NetlinkProtocol.ErrorMessage);
        "No way\0"u8.CopyTo(datagram.AsSpan(40));
        var message = Only(datagram);
        Assert.Equal((22, "No way"), (message.ReadErrno(), message.ReadErrorText()));
    }

    private static NetlinkMessage Only(ReadOnlySpan<byte> datagram)
    {
        var reader = new NetlinkReader(datagram);
        Assert.True(reader.MoveNext());
        var message = reader.Current;
        Assert.False(reader.MoveNext());
        return message;
    }
}
