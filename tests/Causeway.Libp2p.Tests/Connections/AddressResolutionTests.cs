using System.Text;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Multiformats;
using Causeway.Network.Dns;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class AddressResolutionTests
{
    private static readonly string Peer = NewPeer().ToString();
    private static readonly string Other = NewPeer().ToString();

    [Theory]
    [InlineData("/dns/printer.local/tcp/4001/ws", "fe80::1%2", "/ip6zone/2/ip6/fe80::1/tcp/4001/ws")]
    [InlineData("/dns6/printer.local/tcp/4001", "2001:db8::1", "/ip6/2001:db8::1/tcp/4001")]
    [InlineData("/dns4/printer.local/tcp/4001", "192.0.2.1", "/ip4/192.0.2.1/tcp/4001")]
    public async Task A_name_becomes_its_address_with_the_zone_of_a_scoped_one(string address, string found, string expected) =>
        Assert.Equal(Address(expected), Assert.Single(await ResolveAsync(new FakeNames().Address("printer.local", found), address)));

    [Theory]
    [InlineData("/dns4/node.example/tcp/443/wss", "/ip4/192.0.2.1/tcp/443/tls/sni/node.example/ws")]
    [InlineData("/dns4/node.example/tcp/443/tls/ws", "/ip4/192.0.2.1/tcp/443/tls/sni/node.example/ws")]
    [InlineData("/dns4/node.example/tcp/443/tls/sni/other.example/ws", "/ip4/192.0.2.1/tcp/443/tls/sni/other.example/ws")]
    [InlineData("/dns4/node.example/tcp/80/ws", "/ip4/192.0.2.1/tcp/80/ws")]
    [InlineData("/dns4/node.example/wss/http-path/a%2Fb", "/ip4/192.0.2.1/tls/sni/node.example/ws/http-path/a%2Fb")]
    [InlineData("/dns4/node.example/tcp/4001/tls", "/ip4/192.0.2.1/tcp/4001/tls")]
    public async Task The_name_stays_where_a_certificate_must_be_for_it(string address, string expected) =>
        Assert.Equal(Address(expected), Assert.Single(await ResolveAsync(new FakeNames().Address("node.example", "192.0.2.1"), address)));

    [Fact]
    public async Task Every_address_of_a_name_is_a_candidate_up_to_a_bound()
    {
        var names = new FakeNames().Address("node.example", [.. Enumerable.Range(1, 20).Select(i => $"2001:db8::{i:x}")]);
        var resolved = await ResolveAsync(names, "/dns/node.example/tcp/443/wss");
        Assert.Equal(8, resolved.Count);
        Assert.All(resolved, address => Assert.Equal("node.example", address.ValueOf("sni")));
    }

    [Fact]
    public async Task Only_addresses_of_the_family_that_was_asked_for_count()
    {
        var names = new FakeNames().Address("node.example", "192.0.2.1", "2001:db8::1");
        Assert.Equal(Addresses("/ip6/2001:db8::1/tcp/1"), await ResolveAsync(names, "/dns6/node.example/tcp/1"));
        Assert.Equal(Addresses("/ip4/192.0.2.1/tcp/1"), await ResolveAsync(names, "/dns4/node.example/tcp/1"));
        Assert.Equal(2, (await ResolveAsync(names, "/dns/node.example/tcp/1")).Count);
    }

    [Fact]
    public async Task Texts_lead_to_addresses_over_several_names()
    {
        var names = new FakeNames()
            .Text("_dnsaddr.example.org", $"dnsaddr=/dnsaddr/a.example.org/p2p/{Peer}", "unrelated=1", "dnsaddr=no address", $"dnsaddr=/ip4/192.0.2.7/tcp/1/p2p/{Peer}")
            .Text("_dnsaddr.a.example.org", $"dnsaddr=/dns4/node.example/tcp/443/wss/p2p/{Peer}")
            .Address("node.example", "192.0.2.1");
        Assert.Equal(
            Addresses($"/ip4/192.0.2.1/tcp/443/tls/sni/node.example/ws/p2p/{Peer}", $"/ip4/192.0.2.7/tcp/1/p2p/{Peer}"),
            await ResolveAsync(names, "/dnsaddr/example.org"));
    }

    [Fact]
    public async Task Only_texts_for_the_peer_that_was_asked_for_count()
    {
        var names = new FakeNames().Text("_dnsaddr.example.org", $"dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/{Peer}", $"dnsaddr=/ip4/192.0.2.2/tcp/1/p2p/{Other}");
        var wanted = Addresses($"/ip4/192.0.2.1/tcp/1/p2p/{Peer}");
        Assert.Equal(wanted, await ResolveAsync(names, $"/dnsaddr/example.org/p2p/{Peer}"));
        Assert.Equal(wanted, await new AddressResolution(IsResolved, names, PeerId.Parse(Peer)).ResolveAsync(Addresses("/dnsaddr/example.org"), Patience));
        Assert.Equal(2, (await ResolveAsync(names, "/dnsaddr/example.org")).Count);
    }

    [Fact]
    public async Task The_name_of_a_relay_is_resolved_and_what_it_leads_to_stays()
    {
        var names = new FakeNames()
            .Address("relay.example", "192.0.2.1")
            .Text("_dnsaddr.relay.example", $"dnsaddr=/dns4/relay.example/tcp/443/wss/p2p/{Peer}", $"dnsaddr=/ip4/192.0.2.9/tcp/1/p2p/{Other}");
        var expected = Addresses($"/ip4/192.0.2.1/tcp/443/tls/sni/relay.example/ws/p2p/{Peer}/p2p-circuit/p2p/{Other}");
        Assert.Equal(expected, await ResolveAsync(names, $"/dns4/relay.example/tcp/443/wss/p2p/{Peer}/p2p-circuit/p2p/{Other}"));
        Assert.Equal(expected, await ResolveAsync(names, $"/dnsaddr/relay.example/p2p/{Peer}/p2p-circuit/p2p/{Other}"));
    }

    [Fact]
    public async Task An_address_that_a_transport_wants_as_it_is_is_passed_through()
    {
        var names = new FakeNames();
        var address = Address($"/dns4/relay.example/tcp/443/wss/p2p/{Peer}/p2p-circuit");
        Assert.Equal([address], await new AddressResolution(static a => a.IsRelayed, names, null).ResolveAsync([address], Patience));
        Assert.Equal(0, names.Questions);
    }

    [Fact]
    public async Task Names_that_lead_in_a_circle_or_too_deep_end()
    {
        var names = new FakeNames()
            .Text("_dnsaddr.a.example", "dnsaddr=/dnsaddr/b.example")
            .Text("_dnsaddr.b.example", "dnsaddr=/dnsaddr/A.example", "dnsaddr=/ip4/192.0.2.1/tcp/1");
        Assert.Equal(Addresses("/ip4/192.0.2.1/tcp/1"), await ResolveAsync(names, "/dnsaddr/a.example"));
        Assert.Equal(2, names.Questions);

        for (var i = 0; i < 10; i++) names.Text($"_dnsaddr.{i}.example", $"dnsaddr=/dnsaddr/{i + 1}.example", $"dnsaddr=/ip4/192.0.2.{i}/tcp/1");
        Assert.Equal(4, (await ResolveAsync(names, "/dnsaddr/0.example")).Count);
    }

    [Fact]
    public async Task Names_that_lead_to_ever_more_names_are_given_up()
    {
        var names = new FakeNames();
        names.Text("_dnsaddr.example", [.. Enumerable.Range(0, 64).Select(i => $"dnsaddr=/dnsaddr/{i}.example")]);
        for (var i = 0; i < 64; i++) names.Text($"_dnsaddr.{i}.example", [.. Enumerable.Range(0, 64).Select(j => $"dnsaddr=/dnsaddr/{i}-{j}.example")]);
        await ResolveAsync(names, "/dnsaddr/example");
        Assert.Equal(64, names.Questions);
    }

    [Fact]
    public async Task A_name_without_an_answer_holds_up_no_other()
    {
        var names = new FakeNames { Silent = "silent.example" }.Address("node.example", "192.0.2.1");
        using var limit = new CancellationTokenSource();
        var resolving = new AddressResolution(IsResolved, names, null).ResolveAsync(Addresses("/dns4/silent.example/tcp/1", "/dns4/node.example/tcp/1"), limit.Token);
        await Eventually.HoldsAsync(() => names.Questions == 2);
        Assert.False(resolving.IsCompleted);
        await limit.CancelAsync();
        Assert.Equal(Addresses("/ip4/192.0.2.1/tcp/1"), await resolving);
    }

    [Fact]
    public async Task No_text_breaks_the_resolution()
    {
        var random = new Random(11);
        string[] words = ["dnsaddr=", "/", "dnsaddr", "dns4", "ip4", "192.0.2.1", "tcp", "1", "wss", "tls", "p2p", Peer, "p2p-circuit", "example", "\0", "=", " ", "unix", "http-path", "%2F"];
        for (var run = 0; run < Soak.Count(2000, 500_000); run++)
        {
            var texts = Enumerable.Range(0, random.Next(4)).Select(_ =>
            {
                var text = new StringBuilder(random.Next(4) > 0 ? "dnsaddr=" : "");
                for (var i = random.Next(12); i > 0; i--) text.Append(random.Next(3) > 0 ? "/" : "").Append(words[random.Next(words.Length)]);
                return text.ToString();
            });
            var names = new FakeNames().Text("_dnsaddr.example", [.. texts]).Address("example", "192.0.2.1");
            var resolved = await ResolveAsync(names, random.Next(2) == 0 ? "/dnsaddr/example" : $"/dnsaddr/example/p2p/{Peer}/p2p-circuit/p2p/{Other}");
            Assert.All(resolved, address => Assert.True(IsResolved(address)));
        }
    }

    [Theory]
    [InlineData("printer.local", true)]
    [InlineData("printer.LOCAL.", true)]
    [InlineData("printer", true)]
    [InlineData("localhost", false)]
    [InlineData("node.example.org", false)]
    [InlineData("local.example.org", false)]
    public void The_operating_system_is_asked_for_what_is_not_in_the_domain_system(string name, bool expected) => Assert.Equal(expected, DnsNameResolver.IsOfTheSystem(name));

    [Fact]
    public async Task What_cannot_be_resolved_is_empty()
    {
        var resolver = new DnsNameResolver(new DnsResolver());
        Assert.Empty(await resolver.ResolveAsync("no name.example", System.Net.Sockets.AddressFamily.Unspecified, Patience));
        Assert.Empty(await resolver.ResolveAsync("nowhere.invalid", System.Net.Sockets.AddressFamily.Unspecified, Patience));
        Assert.Empty(await resolver.ResolveTextAsync("_dnsaddr.nowhere.invalid", Patience));
    }

    private static bool IsResolved(Multiaddress address) => !address.ToString().StartsWith("/dns", StringComparison.Ordinal);

    private static Task<List<Multiaddress>> ResolveAsync(INameResolver names, string address) =>
        new AddressResolution(IsResolved, names, null).ResolveAsync(Addresses(address), Patience);
}
