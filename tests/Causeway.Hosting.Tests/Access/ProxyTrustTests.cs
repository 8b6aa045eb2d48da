using System.Net;
using Causeway.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Tests.Access;

public sealed class ProxyTrustTests
{
    [Theory]
    [InlineData("10.0.0.9", "", "10.0.0.9:5")]
    [InlineData("10.0.0.9", "192.0.2.1", "10.0.0.9:5")] // not a proxy of ours
    [InlineData("127.0.0.1", "", "127.0.0.1:5")]
    [InlineData("127.0.0.1", "192.0.2.1", "192.0.2.1:0")]
    [InlineData("::ffff:127.0.0.1", "192.0.2.1", "192.0.2.1:0")]
    [InlineData("127.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1:0")] // what the member wrote itself is not believed
    [InlineData("127.0.0.1", "192.0.2.1, 172.16.3.4", "192.0.2.1:0")] // through two proxies of ours
    [InlineData("127.0.0.1", "192.0.2.1:4711", "192.0.2.1:4711")]
    [InlineData("127.0.0.1", "[2001:db8::1]:4711", "[2001:db8::1]:4711")]
    [InlineData("127.0.0.1", "2001:db8::1", "[2001:db8::1]:0")]
    [InlineData("127.0.0.1", "192.0.2.1, unknown", "127.0.0.1:5")]
    [InlineData("127.0.0.1", "172.16.3.4", "127.0.0.1:5")]
    public void Forwarded_addresses_are_believed_from_trusted_proxies_only(string remote, string header, string expected)
    {
        var proxies = new ProxyTrust([IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("172.16.0.0/12")]);
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Connection.RemotePort = 5;
        if (header.Length > 0) context.Request.Headers["X-Forwarded-For"] = header;
        Assert.Equal(IPEndPoint.Parse(expected), proxies.AddressOf(context));
    }

    [Fact]
    public void Without_trusted_proxies_nobody_is_believed()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers["X-Forwarded-For"] = "192.0.2.1";
        Assert.Equal(IPAddress.Loopback, new ProxyTrust([]).AddressOf(context)!.Address);
    }
}
