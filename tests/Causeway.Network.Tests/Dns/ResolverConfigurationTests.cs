using System.Net;
using System.Net.Sockets;
using Causeway.Network.Dns;

namespace Causeway.Network.Tests.Dns;

public sealed class ResolverConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-dns-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Servers_and_bounds_are_read_and_the_rest_is_passed_over()
    {
        var configuration = ResolverConfiguration.Parse("""
            # nameserver 192.0.2.9
            ; nameserver 192.0.2.8
            search example.com
            nameserver 192.0.2.1
            nameserver	2001:db8::53
            nameserver nonsense
            options ndots:3 timeout:7 attempts:4 rotate
            """);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("192.0.2.1"), 53), new IPEndPoint(IPAddress.Parse("2001:db8::53"), 53)], configuration.Servers);
        Assert.Equal((TimeSpan.FromSeconds(7), 4), (configuration.Timeout, configuration.Attempts));
    }

    [Theory]
    [InlineData("", 5, 2)]
    [InlineData("options timeout:0 attempts:0", 1, 1)]
    [InlineData("options timeout:99999 attempts:99999", 30, 5)]
    [InlineData("options timeout:99999999999 attempts:-1 timeout:", 5, 2)]
    public void Values_stay_within_their_bounds(string text, int seconds, int attempts)
    {
        var configuration = ResolverConfiguration.Parse(text);

        Assert.Equal((TimeSpan.FromSeconds(seconds), attempts), (configuration.Timeout, configuration.Attempts));
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], configuration.Servers);
    }

    [Fact]
    public void No_more_servers_than_a_bound_are_taken() =>
        Assert.Equal(8, ResolverConfiguration.Parse(string.Concat(Enumerable.Range(1, 20).Select(i => $"nameserver 192.0.2.{i}\n"))).Servers.Count);

    [Fact]
    public async Task The_table_of_hosts_comes_before_the_servers_and_is_read_again_when_it_changes()
    {
        await using var server = new ScriptedDnsServer(q => ScriptedDnsServer.Answer(q, ScriptedDnsServer.Address("there.example", "192.0.2.77")));
        var hosts = Path.Combine(_folder, "hosts");
        await File.WriteAllTextAsync(hosts, "192.0.2.1 here.example Here # there.example\n192.0.2.2\tHERE\n2001:db8::1 here\nnonsense here\n");
        var resolver = new DnsResolver(new DnsResolverOptions { Servers = [server.EndPoint], HostsPath = hosts });

        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), IPAddress.Parse("2001:db8::1")], await resolver.ResolveAddressesAsync("here"));
        Assert.Equal([IPAddress.Parse("2001:db8::1")], await resolver.ResolveAddressesAsync("here.", AddressFamily.InterNetworkV6));
        Assert.Equal(0, server.QueryCount);
        Assert.Equal([IPAddress.Parse("192.0.2.77")], await resolver.ResolveAddressesAsync("there.example", AddressFamily.InterNetwork));

        await File.WriteAllTextAsync(hosts, "192.0.2.99 there.example\n");
        Assert.Equal([IPAddress.Parse("192.0.2.99")], await resolver.ResolveAddressesAsync("there.example"));
        Assert.Equal(1, server.QueryCount);
    }

    [Fact]
    public void A_file_that_is_missing_or_too_large_counts_as_empty()
    {
        var path = Path.Combine(_folder, "large");
        using (var large = File.Create(path)) large.SetLength(SystemFile<string>.MaxLength + 1);

        Assert.Equal("", new SystemFile<string>(path, t => t).Value);
        Assert.Equal("", new SystemFile<string>(Path.Combine(_folder, "none"), t => t).Value);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in new DnsResolverOptions[]
        {
            new() { Servers = [] },
            new() { Timeout = TimeSpan.FromMilliseconds(1) },
            new() { Attempts = 6 },
            new() { MaxCacheEntries = -1 },
            new() { MaxTimeToLive = TimeSpan.FromDays(8) },
            new() { MaxNegativeTimeToLive = TimeSpan.FromDays(1) },
            new() { MaxConcurrentQueries = 0 },
        })
        {
            Assert.Throws<ArgumentException>(() => new DnsResolver(options));
        }
    }
}
