using System.Net;
using System.Net.Sockets;
using Causeway.Network.Dns;
using static Causeway.Network.Tests.Dns.ScriptedDnsServer;

namespace Causeway.Network.Tests.Dns;

public sealed class DnsCacheTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task An_answer_is_kept_as_long_as_its_shortest_record_and_no_longer()
    {
        await using var server = new ScriptedDnsServer(q => Answer(q, Alias("a.example", "b.example", 90), Address("b.example", "192.0.2.1", 60), Address("b.example", "192.0.2.2", 30)));
        var resolver = Resolver(server);

        Assert.Equal(1, await CountAsync(resolver, server, "a.example"));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, await CountAsync(resolver, server, "A.example"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await CountAsync(resolver, server, "a.example"));
    }

    [Fact]
    public async Task An_answer_at_the_end_of_aliases_is_kept_no_longer_than_they_are()
    {
        await using var server = new ScriptedDnsServer(q => q.Questions[0].Name.Equals(DnsName.Parse("a.example")) ? Answer(q, Alias("a.example", "b.example", 10)) : Answer(q, Address("b.example", "192.0.2.1", 60)));
        var resolver = Resolver(server);

        Assert.Equal(2, await CountAsync(resolver, server, "a.example"));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(2, await CountAsync(resolver, server, "a.example"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, await CountAsync(resolver, server, "a.example"));
    }

    [Fact]
    public async Task An_answer_that_may_not_be_kept_is_not()
    {
        await using var server = new ScriptedDnsServer(q => Answer(q, Address("a.example", "192.0.2.1", 0)));
        var resolver = Resolver(server);

        Assert.Equal(1, await CountAsync(resolver, server, "a.example"));
        Assert.Equal(2, await CountAsync(resolver, server, "a.example"));
    }

    [Theory]
    [InlineData(3, 40, 20u, 20)] // RFC 2308 §5: the lesser of the two counts
    [InlineData(0, 20, 40u, 20)]
    [InlineData(3, 86400, 86400u, 60)] // never longer than the option
    public async Task An_absence_is_remembered_briefly(int code, int seconds, uint minimum, int kept)
    {
        await using var server = new ScriptedDnsServer(q => Error(q, code) with { Authorities = [Authority(seconds, minimum)] });
        var resolver = Resolver(server);

        Assert.Equal(1, await CountAsync(resolver, server, "a.example"));
        _time.Advance(TimeSpan.FromSeconds(kept - 1));
        Assert.Equal(1, await CountAsync(resolver, server, "a.example"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await CountAsync(resolver, server, "a.example"));
    }

    [Fact]
    public async Task An_absence_without_a_time_and_a_failure_are_not_remembered()
    {
        var code = 3;
        await using var server = new ScriptedDnsServer(q => Error(q, code));
        var resolver = Resolver(server);

        Assert.Equal(1, await CountAsync(resolver, server, "a.example"));
        Assert.Equal(2, await CountAsync(resolver, server, "a.example"));
        code = 2;
        Assert.Equal(3, await CountAsync(resolver, server, "a.example"));
        Assert.Equal(4, await CountAsync(resolver, server, "a.example"));
    }

    [Fact]
    public void A_full_cache_gives_up_what_would_expire_first()
    {
        var cache = new DnsCache(3, _time);
        var answer = DnsAnswer.Of(new DnsMessage(), DnsName.Parse("x"), DnsType.A);
        foreach (var (name, seconds) in new[] { ("a", 30), ("b", 10), ("c", 20), ("a", 25), ("d", 40) }) cache.Add(DnsName.Parse(name), DnsType.A, answer, TimeSpan.FromSeconds(seconds));

        Assert.Equal(3, cache.Count);
        Assert.Equal([true, false, true, true], new[] { "a", "b", "c", "d" }.Select(n => cache.Find(DnsName.Parse(n), DnsType.A) is not null));
        Assert.Null(cache.Find(DnsName.Parse("a"), DnsType.Aaaa));
    }

    private DnsResolver Resolver(ScriptedDnsServer server) =>
        new(new DnsResolverOptions { Servers = [server.EndPoint], Attempts = 1, ConfigurationPath = "/nonexistent", HostsPath = "/nonexistent" }, _time);

    /// <summary>How many questions the server has been asked after one more look-up, successful or not.</summary>
    private static async Task<int> CountAsync(DnsResolver resolver, ScriptedDnsServer server, string name)
    {
        try
        {
            _ = await resolver.ResolveAddressesAsync(name, AddressFamily.InterNetwork);
        }
        catch (DnsException)
        {
            // It counts all the same.
        }

        return server.QueryCount;
    }
}
