using System.Net;
using Causeway.Hosting.Metrics;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Tests.Metrics;

public sealed class MetricsReadersTests
{
    [Theory]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("::1", "", true)]
    [InlineData("::ffff:127.0.0.1", "", true)]
    [InlineData("198.51.100.7", "", true)]
    [InlineData("::ffff:198.51.100.7", "", true)]
    [InlineData("192.0.2.1", "", false)]
    [InlineData("2001:db8::1", "", false)]
    [InlineData("192.0.2.1", "127.0.0.1", false)] // nobody asked it
    [InlineData("172.16.3.4", "192.0.2.1", false)]
    [InlineData("172.16.3.4", "198.51.100.7", true)]
    [InlineData("172.16.3.4", "127.0.0.1", true)]
    public void Only_this_machine_and_the_networks_that_are_named_are_let_in(string remote, string header, bool expected)
    {
        var context = Request(remote, "localhost:4001");
        if (header.Length > 0) context.Request.Headers["X-Forwarded-For"] = header;
        Assert.Equal(expected, Readers().MayRead(context));
    }

    [Theory]
    [InlineData("127.0.0.1", "rebound.example:4001", false)]
    [InlineData("::1", "rebound.example", false)]
    [InlineData("127.0.0.1", "localhost.rebound.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1:4001", true)]
    [InlineData("127.0.0.1", "[::1]:4001", true)]
    [InlineData("127.0.0.1", "relay.example:443", true)]
    [InlineData("198.51.100.7", "node:4001", true)] // how a scraper names what it scrapes is its own affair
    public void From_this_machine_it_must_be_asked_for_by_its_own_names(string remote, string host, bool expected) =>
        Assert.Equal(expected, Readers("relay.example", "*.example", "192.0.2.9").MayRead(Request(remote, host)));

    [Fact]
    public void What_came_over_no_IP_is_this_machines()
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString("localhost");
        Assert.True(Readers().MayRead(context));
        context.Request.Host = new HostString("rebound.example");
        Assert.False(Readers().MayRead(context));
    }

    private static MetricsReaders Readers(params string[] names) => new([IPNetwork.Parse("198.51.100.0/24")], [IPNetwork.Parse("172.16.0.0/12")], names);

    private static DefaultHttpContext Request(string remote, string host)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Host = new HostString(host);
        return context;
    }
}
