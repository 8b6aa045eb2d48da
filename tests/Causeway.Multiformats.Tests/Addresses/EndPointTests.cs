using System.Net;
using System.Net.NetworkInformation;
using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class EndPointTests
{
    [Theory]
    [InlineData("192.0.2.1:9092", "/ip4/192.0.2.1/tcp/9092")]
    [InlineData("[2001:db8::1]:1", "/ip6/2001:db8::1/tcp/1")]
    [InlineData("[fe80::1%3]:65535", "/ip6zone/3/ip6/fe80::1/tcp/65535")]
    public void Tcp_endpoints_come_back(string endPoint, string text)
    {
        var address = Multiaddress.FromTcp(IPEndPoint.Parse(endPoint));
        Assert.Equal(text, address.ToString());
        Assert.True(address.TryGetTcpEndPoint(out var back));
        Assert.Equal(IPEndPoint.Parse(endPoint), back);
        Assert.False(address.TryGetUdpEndPoint(out _));
    }

    [Fact]
    public void Udp_endpoints_come_back()
    {
        var address = Multiaddress.FromUdp(new IPEndPoint(IPAddress.Loopback, 4001));
        Assert.Equal("/ip4/127.0.0.1/udp/4001", address.ToString());
        Assert.True(address.TryGetUdpEndPoint(out var back));
        Assert.Equal("127.0.0.1:4001", back.ToString());
    }

    [Fact]
    public void A_mapped_address_becomes_ip4() =>
        Assert.Equal("/ip4/192.0.2.1/tcp/1", Multiaddress.FromTcp(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 1)).ToString());

    [Fact]
    public void A_zone_by_name_becomes_the_interface()
    {
        var name = NetworkInterface.GetAllNetworkInterfaces().First(n => n.NetworkInterfaceType == NetworkInterfaceType.Loopback).Name;
        Assert.True(Multiaddress.Parse($"/ip6zone/{name}/ip6/fe80::1/tcp/1").TryGetTcpEndPoint(out var endPoint));
        Assert.NotEqual(0, endPoint.Address.ScopeId);
        Assert.False(Multiaddress.Parse("/ip6zone/no-such-interface/ip6/fe80::1/tcp/1").TryGetTcpEndPoint(out _));
    }

    [Theory]
    [InlineData("/dns4/example.com/tcp/1")]
    [InlineData("/ip4/192.0.2.1/udp/1")]
    [InlineData("/ip4/192.0.2.1")]
    [InlineData("/ws/ip4/192.0.2.1/tcp/1")]
    [InlineData("/ip6zone/1/ip4/192.0.2.1/tcp/1")]
    [InlineData("/ip6zone/1")]
    [InlineData("/memory/1")]
    public void Other_addresses_have_no_tcp_endpoint(string text)
    {
        Assert.False(Multiaddress.Parse(text).TryGetTcpEndPoint(out var endPoint));
        Assert.Null(endPoint);
    }

    [Fact]
    public void The_ip_address_can_be_replaced()
    {
        var any = Multiaddress.Parse("/ip4/0.0.0.0/tcp/9092/ws");
        Assert.Equal("/ip4/192.0.2.7/tcp/9092/ws", any.WithIPAddress(IPAddress.Parse("192.0.2.7")).ToString());
        Assert.Equal("/ip6zone/2/ip6/fe80::7/tcp/9092/ws", any.WithIPAddress(IPAddress.Parse("fe80::7%2")).ToString());
        Assert.Equal("/ip4/192.0.2.7/tcp/1", Multiaddress.Parse("/ip6zone/2/ip6/fe80::7/tcp/1").WithIPAddress(IPAddress.Parse("192.0.2.7")).ToString());
        Assert.Equal("/ip4/192.0.2.7", Multiaddress.Parse("/ip4/0.0.0.0").WithIPAddress(IPAddress.Parse("192.0.2.7")).ToString());
        Assert.Throws<InvalidOperationException>(() => Multiaddress.Parse("/dns/a").WithIPAddress(IPAddress.Loopback));
    }

    [Theory]
    [InlineData("/ip4/0.0.0.0", "unspecified")]
    [InlineData("/ip6/::", "unspecified")]
    [InlineData("/ip4/127.9.9.9/tcp/1", "loopback")]
    [InlineData("/ip6/::1", "loopback")]
    [InlineData("/ip6/::ffff:127.0.0.1", "loopback")]
    [InlineData("/ip4/10.255.0.1", "private")]
    [InlineData("/ip4/172.16.0.1", "private")]
    [InlineData("/ip4/172.31.255.255", "private")]
    [InlineData("/ip4/192.168.1.1", "private")]
    [InlineData("/ip4/100.64.0.1", "private")]
    [InlineData("/ip6/fd00::1", "private")]
    [InlineData("/ip4/169.254.1.1", "link")]
    [InlineData("/ip6zone/eth0/ip6/fe80::1", "link")]
    [InlineData("/ip6/febf::1", "link")]
    [InlineData("/ip4/8.8.8.8", "public")]
    [InlineData("/ip4/172.32.0.1", "public")]
    [InlineData("/ip4/100.128.0.1", "public")]
    [InlineData("/ip4/192.0.1.1", "public")]
    [InlineData("/ip6/2606:4700::1111", "public")]
    [InlineData("/ip6/64:ff9b::808:808", "public")]
    [InlineData("/ip4/0.0.0.1", "")]
    [InlineData("/ip4/192.0.2.1", "")]
    [InlineData("/ip4/198.19.0.1", "")]
    [InlineData("/ip4/203.0.113.1", "")]
    [InlineData("/ip4/224.0.0.251", "")]
    [InlineData("/ip4/255.255.255.255", "")]
    [InlineData("/ip6/2001:db8::1", "")]
    [InlineData("/ip6/ff02::fb", "")]
    [InlineData("/ip6/::2", "")]
    [InlineData("/dns/localhost", "")]
    [InlineData("/memory/1", "")]
    public void Addresses_are_sorted_by_their_reach(string text, string expected)
    {
        var address = Multiaddress.Parse(text);
        Assert.Equal(expected == "unspecified", address.IsUnspecified);
        Assert.Equal(expected == "loopback", address.IsLoopback);
        Assert.Equal(expected == "private", address.IsPrivate);
        Assert.Equal(expected == "link", address.IsLinkLocal);
        Assert.Equal(expected is "loopback" or "private" or "link", address.IsLocal);
        Assert.Equal(expected == "public", address.IsPublic);
    }
}
