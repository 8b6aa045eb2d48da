using System.Net;
using System.Net.Sockets;
using Causeway.Network.Dns;
using static Causeway.Network.Tests.Dns.ScriptedDnsServer;

namespace Causeway.Network.Tests.Dns;

public sealed class DnsResolverTests
{
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress Sixth = IPAddress.Parse("2001:db8::6");

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Both_families_are_asked_for_and_IPv6_comes_first()
    {
        await using var server = new ScriptedDnsServer(q => Answer(q, q.Questions[0].Type == DnsType.A ? [Address("a.example", "192.0.2.1"), Address("a.example", "192.0.2.2")] : [Address("a.example", "2001:db8::6")]));
        var resolver = Resolver(server);

        Assert.Equal([Sixth, First, Second], await resolver.ResolveAddressesAsync("a.example"));
        Assert.Equal([First, Second], await resolver.ResolveAddressesAsync("a.example", AddressFamily.InterNetwork));
        Assert.Equal([Sixth], await resolver.ResolveAddressesAsync("A.EXAMPLE.", AddressFamily.InterNetworkV6));
        Assert.Equal(2, server.QueryCount);
    }

    [Fact]
    public async Task The_strings_of_a_text_record_are_joined()
    {
        await using var server = new ScriptedDnsServer(q => Answer(
            q,
            new DnsRecord(q.Questions[0].Name, new DnsData.Text("dnsaddr=/ip4/", "192.0.2.1"), TimeSpan.FromSeconds(9)),
            new DnsRecord(q.Questions[0].Name, new DnsData.Text("x"), TimeSpan.FromSeconds(9)),
            new DnsRecord(DnsName.Parse("other.example"), new DnsData.Text("not asked"), TimeSpan.FromSeconds(9))));

        Assert.Equal(["dnsaddr=/ip4/192.0.2.1", "x"], await Resolver(server).ResolveTextAsync("_dnsaddr.a.example"));
    }

    [Fact]
    public async Task A_question_asks_for_recursion_has_a_random_ID_and_comes_from_a_random_port()
    {
        await using var server = new ScriptedDnsServer(q => Answer(q));
        var resolver = Resolver(server);
        for (var i = 0; i < 8; i++) Assert.Empty(await resolver.ResolveTextAsync("a.example"));

        HashSet<int> ids = [], ports = [];
        for (var i = 0; i < 8; i++)
        {
            var (message, from) = await server.Queries.ReadAsync();
            Assert.True(message.RecursionDesired);
            ids.Add(message.Id);
            ports.Add(((IPEndPoint)from).Port);
        }

        // Eight of 65536: that even two are equal happens once in 2000 runs, that half are, never.
        Assert.InRange(ids.Count, 5, 8);
        Assert.InRange(ports.Count, 5, 8);
    }

    [Fact]
    public async Task Answers_that_belong_to_another_question_are_passed_over()
    {
        await using var server = new ScriptedDnsServer((q, _) =>
        [
            (Answer(q, Address("a.example", "203.0.113.1")) with { Id = (ushort)(q.Id + 1) }).Encode(),
            (Answer(q, Address("a.example", "203.0.113.2")) with { Questions = [q.Questions[0] with { Name = DnsName.Parse("b.example") }] }).Encode(),
            (Answer(q, Address("a.example", "203.0.113.3")) with { Questions = [q.Questions[0] with { Type = DnsType.Aaaa }] }).Encode(),
            (Answer(q, Address("a.example", "203.0.113.4")) with { IsResponse = false }).Encode(),
            (Answer(q, Address("a.example", "203.0.113.5")) with { Questions = [] }).Encode(),
            [1],
            Answer(q, Address("a.example", "192.0.2.1")).Encode(),
        ]);

        Assert.Equal([First], await Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetwork));
    }

    [Fact]
    public async Task Answers_from_another_address_are_passed_over()
    {
        await using var server = new ScriptedDnsServer(_ => null);
        var resolving = Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetwork).AsTask();
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var (query, from) = await server.Queries.ReadAsync();
        await stranger.SendToAsync(Answer(query, Address("a.example", "203.0.113.1")).Encode(), from);
        await server.SendAsync(Answer(query, Address("a.example", "192.0.2.1")), from);
        Assert.Equal([First], await resolving);
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_over_TCP()
    {
        await using var server = new ScriptedDnsServer((q, overTcp) => overTcp
            ? [Answer(q, [.. Enumerable.Range(0, 100).Select(i => Address("a.example", $"192.0.2.{i}"))]).Encode()]
            : [(Answer(q, Address("a.example", "192.0.2.1")) with { IsTruncated = true }).Encode()]);

        Assert.Equal(100, (await Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetwork)).Count);
    }

    [Fact]
    public async Task Of_an_endless_answer_no_more_than_a_bound_is_taken()
    {
        await using var server = new ScriptedDnsServer((q, overTcp) => overTcp
            ? [Answer(q, [.. Enumerable.Range(0, 2000).Select(i => Address("a.example", $"10.0.{i / 256}.{i % 256}"))]).Encode()]
            : [(Answer(q) with { IsTruncated = true }).Encode()]);

        Assert.Equal(256, (await Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetwork)).Count);
    }

    [Fact]
    public async Task Aliases_are_followed_within_an_answer_and_by_asking()
    {
        await using var server = new ScriptedDnsServer(q => q.Questions[0].Name.ToString() switch
        {
            "a.example" => Answer(q, Alias("a.example", "b.example"), Alias("b.example", "c.example")),
            "c.example" => Answer(q, Alias("c.example", "d.example"), Address("d.example", "192.0.2.1"), Address("a.example", "203.0.113.9")),
            _ => Error(q, 3),
        });

        Assert.Equal([First], await Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetwork));
        Assert.Equal(2, server.QueryCount);
    }

    [Theory]
    [InlineData(false)] // a circle
    [InlineData(true)] // an endless chain
    public async Task Aliases_that_lead_nowhere_end(bool isChain)
    {
        var count = 0;
        await using var server = new ScriptedDnsServer(q => Answer(q, isChain ? [Alias(q.Questions[0].Name.ToString(), $"n{++count}.example")] : [Alias("a.example", "b.example"), Alias("b.example", "a.example")]));

        var exception = await Assert.ThrowsAsync<DnsException>(() => Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetwork).AsTask());
        Assert.Equal(DnsFailure.Malformed, exception.Failure);
        Assert.InRange(server.QueryCount, 1, 9);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_an_error_and_a_name_without_records_is_not()
    {
        await using var server = new ScriptedDnsServer(q => q.Questions[0].Name.Equals(DnsName.Parse("none.example")) ? Error(q, 3) : Answer(q));
        var resolver = Resolver(server);

        Assert.Equal(DnsFailure.NameNotFound, (await Assert.ThrowsAsync<DnsException>(() => resolver.ResolveAddressesAsync("none.example").AsTask())).Failure);
        Assert.Equal(DnsFailure.NameNotFound, (await Assert.ThrowsAsync<DnsException>(() => resolver.ResolveTextAsync("none.example").AsTask())).Failure);
        Assert.Empty(await resolver.ResolveAddressesAsync("empty.example"));
        Assert.Empty(await resolver.ResolveTextAsync("empty.example"));
    }

    [Fact]
    public async Task What_one_family_has_counts_where_the_other_fails()
    {
        await using var server = new ScriptedDnsServer(q => q.Questions[0].Type == DnsType.A ? Answer(q, Address("a.example", "192.0.2.1")) : Error(q, 2));

        Assert.Equal([First], await Resolver(server).ResolveAddressesAsync("a.example"));
        Assert.Equal(DnsFailure.Refused, (await Assert.ThrowsAsync<DnsException>(() => Resolver(server).ResolveAddressesAsync("a.example", AddressFamily.InterNetworkV6).AsTask())).Failure);
    }

    [Fact]
    public async Task A_server_that_refuses_or_that_nobody_runs_is_followed_by_the_next()
    {
        using var nobody = new DeafPort();
        await using var refuses = new ScriptedDnsServer(q => Error(q, 5));
        await using var malformed = new ScriptedDnsServer((q, _) => [[.. Answer(q).Encode(), 0]]);
        await using var good = new ScriptedDnsServer(q => Answer(q, Address(q.Questions[0].Name.ToString(), "192.0.2.1")));
        var resolver = Resolver(new DnsResolverOptions { Servers = [nobody.EndPoint, refuses.EndPoint, malformed.EndPoint, good.EndPoint] });

        Assert.Equal([First], await resolver.ResolveAddressesAsync("a.example", AddressFamily.InterNetwork));
        Assert.Equal([First], await resolver.ResolveAddressesAsync("b.example", AddressFamily.InterNetwork));
        Assert.Equal((1, 1, 2), (refuses.QueryCount, malformed.QueryCount, good.QueryCount));
    }

    [Fact]
    public async Task Failures_are_told_apart()
    {
        using var nobody = new DeafPort();
        await using var refuses = new ScriptedDnsServer(q => Error(q, 5));
        await using var cannotRead = new ScriptedDnsServer(q => Error(q, 1) with { Questions = [] });
        await using var malformed = new ScriptedDnsServer((q, _) => [[.. Answer(q).Encode(), 0]]);

        Assert.Equal(DnsFailure.Unreachable, await FailureAsync(nobody.EndPoint));
        Assert.Equal(DnsFailure.Refused, await FailureAsync(nobody.EndPoint, refuses.EndPoint));
        Assert.Equal(DnsFailure.Refused, await FailureAsync(cannotRead.EndPoint));
        Assert.Equal(DnsFailure.Malformed, await FailureAsync(malformed.EndPoint));

        async Task<DnsFailure> FailureAsync(params IPEndPoint[] servers) =>
            (await Assert.ThrowsAsync<DnsException>(() => Resolver(new DnsResolverOptions { Servers = servers }).ResolveTextAsync("a.example").AsTask())).Failure;
    }

    [Fact]
    public async Task A_silent_server_is_followed_by_the_next_after_its_time_and_asked_as_often_as_configured()
    {
        await using var silent = new ScriptedDnsServer(_ => null);
        await using var alsoSilent = new ScriptedDnsServer(_ => null);
        var resolving = Resolver(new DnsResolverOptions { Servers = [silent.EndPoint, alsoSilent.EndPoint], Timeout = TimeSpan.FromSeconds(3), Attempts = 2 }).ResolveTextAsync("a.example").AsTask();
        foreach (var server in new[] { silent, alsoSilent, silent, alsoSilent })
        {
            await server.Queries.ReadAsync();
            _time.Advance(TimeSpan.FromSeconds(2.9));
            Assert.False(resolving.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(DnsFailure.Unreachable, (await Assert.ThrowsAsync<DnsException>(() => resolving)).Failure);
    }

    [Fact]
    public async Task A_look_up_that_is_given_up_ends()
    {
        await using var silent = new ScriptedDnsServer(_ => null);
        using var giveUp = new CancellationTokenSource();
        var resolving = Resolver(silent).ResolveAddressesAsync("a.example", cancellationToken: giveUp.Token).AsTask();
        await silent.Queries.ReadAsync();
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..example")]
    public async Task What_is_no_name_is_not_asked(string name)
    {
        await using var server = new ScriptedDnsServer(q => Answer(q));

        Assert.Equal(DnsFailure.InvalidName, (await Assert.ThrowsAsync<DnsException>(() => Resolver(server).ResolveAddressesAsync(name).AsTask())).Failure);
        Assert.Equal(DnsFailure.InvalidName, (await Assert.ThrowsAsync<DnsException>(() => Resolver(server).ResolveTextAsync(name).AsTask())).Failure);
        Assert.Equal(0, server.QueryCount);
    }

    [Fact]
    public async Task Addresses_and_the_names_that_have_a_meaning_of_their_own_are_not_asked()
    {
        await using var server = new ScriptedDnsServer(q => Answer(q));
        var resolver = Resolver(server);

        Assert.Equal([First], await resolver.ResolveAddressesAsync("192.0.2.1"));
        Assert.Equal([Sixth], await resolver.ResolveAddressesAsync("2001:db8::6", AddressFamily.InterNetworkV6));
        Assert.Equal([IPAddress.IPv6Loopback, IPAddress.Loopback], await resolver.ResolveAddressesAsync("localhost"));
        Assert.Equal([IPAddress.Loopback], await resolver.ResolveAddressesAsync("a.LocalHost.", AddressFamily.InterNetwork));
        Assert.Equal(DnsFailure.NameNotFound, (await Assert.ThrowsAsync<DnsException>(() => resolver.ResolveAddressesAsync("a.onion").AsTask())).Failure);
        Assert.Equal(DnsFailure.NameNotFound, (await Assert.ThrowsAsync<DnsException>(() => resolver.ResolveTextAsync("a.invalid").AsTask())).Failure);
        Assert.Equal(0, server.QueryCount);
    }

    private DnsResolver Resolver(ScriptedDnsServer server) => Resolver(new DnsResolverOptions { Servers = [server.EndPoint] });

    private DnsResolver Resolver(DnsResolverOptions options) => new(options with { ConfigurationPath = "/nonexistent", HostsPath = "/nonexistent" }, _time);

    /// <summary>A UDP port that refuses what comes: its socket listens to somebody else, and nobody can take the port meanwhile.</summary>
    private sealed class DeafPort : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        public DeafPort()
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _socket.Connect(new IPEndPoint(IPAddress.Loopback, 9));
        }

        public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

        public void Dispose() => _socket.Dispose();
    }
}
