using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Discovery.Mdns;
using Causeway.Multiformats;
using Causeway.Network.Dns;

namespace Causeway.Libp2p.Tests.Discovery;

public sealed class MdnsServiceTests : IAsyncDisposable
{
    private static readonly Multiaddress Lan = Multiaddress.Parse("/ip4/192.0.2.7/tcp/4001");
    private static readonly Multiaddress Loopback = Multiaddress.Parse("/ip4/127.0.0.1/tcp/4001");

    private readonly ManualTimeProvider _time = new();
    private readonly MulticastWire _wire = new();
    private readonly List<MdnsService> _services = [];

    [Fact]
    public void Two_services_find_each_other_within_a_second()
    {
        var first = new DiscoveryHost(Lan);
        var second = new DiscoveryHost(Lan);
        Service().Register(first);
        Service().Register(second);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains((second.Id, Lan), first.Found);
        Assert.Contains((first.Id, Lan), second.Found);
    }

    [Fact]
    public void A_host_that_registers_later_learns_at_once_what_is_known()
    {
        var service = Service();
        service.Register(new DiscoveryHost(Lan));
        var other = new DiscoveryHost(Lan);
        Service().Register(other);
        _time.Advance(TimeSpan.FromSeconds(1));

        var late = new DiscoveryHost(Lan);
        service.Register(late);

        Assert.Contains((other.Id, Lan), late.Found);
    }

    [Fact]
    public void Hosts_of_one_service_do_not_report_each_other_or_themselves()
    {
        var service = Service();
        var first = new DiscoveryHost(Lan);
        var second = new DiscoveryHost(Lan);
        service.Register(first);
        service.Register(second);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(first.Found);
        Assert.Empty(second.Found);
    }

    [Fact]
    public void Loopback_addresses_stay_on_the_loopback_interface()
    {
        Service().Register(new DiscoveryHost(Lan, Loopback));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.All(_wire.Announced(onLoopback: false), a => Assert.False(a.IsLoopback));
        Assert.All(_wire.Announced(onLoopback: true), a => Assert.True(a.IsLoopback));
        Assert.NotEmpty(_wire.Announced(onLoopback: true));
    }

    [Fact]
    public void A_flood_of_queries_is_answered_once_a_second()
    {
        Service().Register(new DiscoveryHost(Lan));
        _time.Advance(TimeSpan.FromSeconds(3));
        var before = _wire.Responses;

        for (var i = 0; i < 1000; i++)
        {
            _wire.Inject(MdnsMessages.Query(DnsName.Parse("_p2p._udp.local")));
            _time.Advance(TimeSpan.FromMilliseconds(2));
        }

        // Two seconds, two interfaces.
        Assert.InRange(_wire.Responses - before, 2, 6);
    }

    [Fact]
    public void A_host_without_addresses_says_nothing_until_it_has_one()
    {
        var silent = new DiscoveryHost();
        Service().Register(silent);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _wire.Responses);

        silent.SetAddresses(Lan);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(0, _wire.Responses);
    }

    [Fact]
    public void A_host_that_left_is_not_announced_any_more()
    {
        var service = Service();
        service.Register(new DiscoveryHost(Lan)).Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        var before = _wire.Responses;

        _wire.Inject(MdnsMessages.Query(DnsName.Parse("_p2p._udp.local")));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(before, _wire.Responses);
    }

    [Fact]
    public void Searches_become_rarer_and_stay_at_the_interval()
    {
        Service().Register(new DiscoveryHost(Lan));
        _time.Advance(TimeSpan.FromSeconds(40));
        var early = _wire.Queries;

        _time.Advance(TimeSpan.FromSeconds(200));

        Assert.InRange(early, 4, 8);
        Assert.Equal(10, _wire.Queries - early);
    }

    [Fact]
    public void Another_service_name_is_another_world()
    {
        var first = new DiscoveryHost(Lan);
        var second = new DiscoveryHost(Lan);
        Service().Register(first);
        Service(new MdnsOptions { ServiceName = "p2p-webapp" }).Register(second);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(first.Found);
        Assert.Empty(second.Found);
    }

    [Fact]
    public void Failing_to_send_is_survived()
    {
        var first = new DiscoveryHost(Lan);
        var second = new DiscoveryHost(Lan);
        _wire.IsBroken = true;
        Service().Register(first);
        Service().Register(second);
        _time.Advance(TimeSpan.FromSeconds(3));
        _wire.IsBroken = false;

        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Contains((second.Id, Lan), first.Found);
    }

    [Fact]
    public void A_host_whose_subscriber_fails_does_not_keep_others_from_hearing_of_a_peer()
    {
        var failing = new DiscoveryHost(Lan);
        var other = new DiscoveryHost(Lan);
        failing.Discovered += _ => throw new InvalidOperationException("A subscriber's mistake.");
        var service = Service();
        service.Register(failing);
        service.Register(other);
        var stranger = PeerId.FromPublicKey(PrivateKey.Generate().PublicKey);

        _wire.Inject(MdnsMessages.Announcement(DnsName.Parse("_p2p._udp.local"), "x", stranger, [Lan], TimeSpan.FromSeconds(120))!);

        Assert.Contains((stranger, Lan), other.Found);
    }

    [Fact]
    public void The_meta_query_names_our_service()
    {
        Service().Register(new DiscoveryHost(Lan));
        _wire.Inject(MdnsMessages.Query(DnsName.Parse("_services._dns-sd._udp.local")));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains(_wire.Messages, m => m.Answers.Any(a =>
            a.Name.Equals(DnsName.Parse("_services._dns-sd._udp.local")) && a.Data is DnsData.Pointer p && p.Target.Equals(DnsName.Parse("_p2p._udp.local"))));
    }

    [Fact]
    public void More_peers_than_the_limit_are_ignored_until_others_expire()
    {
        var host = new DiscoveryHost(Lan);
        Service(new MdnsOptions { MaxPeers = 10 }).Register(host);
        var service = DnsName.Parse("_p2p._udp.local");
        var strangers = Enumerable.Range(0, 12).Select(_ => PeerId.FromPublicKey(PrivateKey.Generate().PublicKey)).ToArray();

        foreach (var stranger in strangers.Take(11)) _wire.Inject(MdnsMessages.Announcement(service, "x", stranger, [Lan], TimeSpan.FromSeconds(120))!);
        Assert.Equal(10, host.Found.Count);

        _time.Advance(TimeSpan.FromSeconds(121));
        _wire.Inject(MdnsMessages.Announcement(service, "x", strangers[11], [Lan], TimeSpan.FromSeconds(120))!);
        Assert.Equal(11, host.Found.Count);
    }

    [Fact]
    public void Addresses_without_a_peer_or_for_nobody_are_passed_over()
    {
        var service = DnsName.Parse("_p2p._udp.local");
        var message = new DnsMessage
        {
            IsResponse = true,
            Answers =
            [
                new DnsRecord(DnsName.FromLabels("x").Under(service), new DnsData.Text("dnsaddr=/ip4/192.0.2.1/tcp/1", "dnsaddr=nonsense", "other=/x"), TimeSpan.FromSeconds(1)),
            ],
        };

        Assert.Empty(MdnsMessages.Peers(message, service));
    }

    [Fact]
    public void An_announcement_stays_below_the_size_of_a_frame()
    {
        var peer = PeerId.FromPublicKey(PrivateKey.Generate().PublicKey);
        var addresses = Enumerable.Range(1, 100).Select(i => Multiaddress.Parse($"/ip4/192.0.2.{i}/tcp/4001"));

        var message = MdnsMessages.Announcement(DnsName.Parse("_p2p._udp.local"), new string('a', 32), peer, addresses, TimeSpan.FromSeconds(120))!;

        Assert.InRange(message.Length, 500, 1400);
        Assert.NotEmpty(MdnsMessages.Peers(DnsMessage.Decode(message), DnsName.Parse("_p2p._udp.local")).Single().Addresses);
    }

    [Fact]
    public void Garbage_is_survived()
    {
        var host = new DiscoveryHost(Lan);
        Service().Register(host);
        var random = new Random(7);
        var template = MdnsMessages.Announcement(
            DnsName.Parse("_p2p._udp.local"), "x", PeerId.FromPublicKey(PrivateKey.Generate().PublicKey), [Lan], TimeSpan.FromSeconds(120))!;
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var input = template.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            _wire.Inject(input);
        }

        Assert.True(host.Found.Count < 100_000);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services) await service.DisposeAsync();
    }

    private MdnsService Service(MdnsOptions? options = null)
    {
        var service = new MdnsService(options ?? new MdnsOptions(), _time, null, _wire.Connect());
        _services.Add(service);
        return service;
    }
}
