using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Identify;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class HostPartsTests
{
    private static readonly IPAddress[] Interfaces =
        [IPAddress.Loopback, IPAddress.Parse("192.168.1.5"), IPAddress.IPv6Loopback, IPAddress.Parse("fd00::5")];

    [Fact]
    public void Wildcards_stand_for_the_interfaces_of_their_family()
    {
        var addresses = HostAddresses.Expand(Addresses("/ip4/0.0.0.0/tcp/1", "/ip6/::/tcp/2", "/ip4/10.0.0.1/tcp/3", "/memory/x"), new HostOptions(), () => Interfaces);
        Assert.Equal(
            ["/ip4/127.0.0.1/tcp/1", "/ip4/192.168.1.5/tcp/1", "/ip6/::1/tcp/2", "/ip6/fd00::5/tcp/2", "/ip4/10.0.0.1/tcp/3", "/memory/x"],
            addresses.Select(a => a.ToString()));
    }

    [Fact]
    public void What_follows_a_wildcards_port_is_kept() =>
        Assert.Equal(
            ["/ip4/127.0.0.1/tcp/1/ws", "/ip4/192.168.1.5/tcp/1/ws"],
            HostAddresses.Expand(Addresses("/ip4/0.0.0.0/tcp/1/ws"), new HostOptions(), () => Interfaces).Select(a => a.ToString()));

    [Fact]
    public void Announced_addresses_are_added_or_stand_alone()
    {
        var options = new HostOptions { AnnounceAddresses = [Address("/ip4/203.0.113.1/tcp/4001").WithPeerId(NewPeer())] };
        Assert.Equal(
            ["/memory/x", "/ip4/203.0.113.1/tcp/4001"], HostAddresses.Expand(Addresses("/memory/x"), options, () => Interfaces).Select(a => a.ToString()));
        Assert.Equal(
            ["/ip4/203.0.113.1/tcp/4001"],
            HostAddresses.Expand(Addresses("/memory/x"), options with { AnnounceListenAddresses = false }, () => Interfaces).Select(a => a.ToString()));
    }

    [Fact]
    public async Task Events_are_raised_in_order_one_at_a_time_and_survive_a_failing_subscriber()
    {
        var seen = new List<HostEvent>();
        var running = 0;
        var queue = new HostEventQueue(
            change =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                seen.Add(change);
                Interlocked.Decrement(ref running);
                if (seen.Count % 3 == 0) throw new InvalidOperationException("a subscriber's bug");
            },
            NullLogger.Instance);
        var posted = Enumerable.Range(0, 1000).Select(_ => (HostEvent)new HostEvent.AddressesChanged()).ToArray();
        foreach (var change in posted) queue.Post(change);
        await queue.DrainAsync();
        Assert.Equal(posted.Length, seen.Count);
        Assert.True(posted.Zip(seen).All(pair => ReferenceEquals(pair.First, pair.Second)));
        await queue.DrainAsync();
    }

    public static TheoryData<HostOptions> BadOptions() =>
    [
        new HostOptions { NegotiationTimeout = TimeSpan.Zero },
        new HostOptions { MaxNegotiationsPerConnection = 0 },
        new HostOptions { DrainTimeout = TimeSpan.FromSeconds(-1) },
        new HostOptions { Upgrade = new() { HandshakeTimeout = TimeSpan.Zero } },
        new HostOptions { Dial = new() { Timeout = TimeSpan.Zero } },
        new HostOptions { Dial = new() { MaxParallel = 0 } },
        new HostOptions { Dial = new() { BackoffLimit = TimeSpan.Zero } },
        new HostOptions { Inbound = new() { MaxPerAddress = 0 } },
        new HostOptions { Inbound = new() { MaxHandshakesPerAddress = 0 } },
        new HostOptions { Inbound = new() { RatePerAddress = double.NaN } },
        new HostOptions { Connections = new() { LowWater = 10, HighWater = 5 } },
        new HostOptions { Peers = new() { MaxPeers = 0 } },
        new HostOptions { Identify = new() { RetryDelay = TimeSpan.FromSeconds(-1) } },
        new HostOptions { Identify = new() { AgentVersion = new string('x', 200) } },
    ];

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Options_out_of_range_are_refused_when_the_host_is_built(HostOptions options) =>
        Assert.Throws<ArgumentException>(() => new HostBuilder().Configure(_ => options).Build());

    [Fact]
    public void The_agent_is_causeway_with_its_version() => Assert.Matches("^causeway/[0-9]+\\.[0-9]+\\.[0-9]+$", new IdentifyOptions().AgentVersion);

    [Fact]
    public async Task An_application_gets_one_host_that_starts_and_stops_with_it()
    {
        var services = new ServiceCollection();
        services.AddLibp2p(builder => builder.UseMemory(new()).Listen("/memory/app"));
        await using var provider = services.BuildServiceProvider();
        var host = provider.GetRequiredService<IHost>();
        Assert.Same(host, provider.GetRequiredService<IHost>());
        var service = Assert.Single(provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>());
        await service.StartAsync(Patience);
        Assert.Equal(Addresses("/memory/app"), host.Addresses);
        await service.StopAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.ConnectAsync(NewPeer(), Patience).AsTask());
    }

    [Fact]
    public async Task Addresses_can_be_asked_for_from_everywhere_at_once()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var hosts = new TestHosts(tcp: true);
            var host = await hosts.StartAsync();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Assert.Single(host.Addresses))));
        }
    }

    [Fact]
    public async Task A_host_is_started_once()
    {
        await using var hosts = new TestHosts();
        var host = await hosts.StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Patience));
    }
}
