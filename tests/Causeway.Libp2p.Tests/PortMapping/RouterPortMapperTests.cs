using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PortMapping;
using Causeway.Libp2p.Tests.Support;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.PortMapping;

/// <summary>Hosts that ask the system's port mapper.</summary>
public sealed class RouterPortMapperTests
{
    private readonly SimulatedInternet _internet = new();

    [Fact]
    public async Task A_host_starts_without_waiting_for_the_router_and_announces_what_is_granted_later()
    {
        var router = new FakeGateway("30.0.0.1");
        await using var mapper = router.CreateMapper();
        await using var host = await StartAsync(builder => builder.UsePortMapping(mapper), 4001);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), host.Addresses);

        router.Open.SetResult();
        await Eventually.HoldsAsync(() => host.Addresses.Count > 1);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/30.0.0.1/tcp/14001"), host.Addresses);
    }

    [Fact]
    public async Task Hosts_that_share_a_mapper_have_only_their_own_ports_and_leave_the_others()
    {
        var router = new FakeGateway("30.0.0.1");
        router.Open.SetResult();
        await using var mapper = router.CreateMapper();
        var first = await StartAsync(builder => builder.UsePortMapping(mapper), 4001);
        await using var second = await StartAsync(builder => builder.UsePortMapping(mapper), 4002);
        foreach (var (host, port) in new[] { (first, 4001), (second, 4002) })
        {
            await Eventually.HoldsAsync(() => host.Addresses.Count > 1);
            Assert.Equal(Addresses($"/ip4/192.168.1.10/tcp/{port}", $"/ip4/30.0.0.1/tcp/1{port}"), host.Addresses);
        }

        await first.DisposeAsync();
        await Eventually.HoldsAsync(() => router.Forwarded is [4002]);
        Assert.Equal(2, second.Addresses.Count);
    }

    [Fact]
    public async Task A_mapper_of_its_own_ends_with_the_host()
    {
        var router = new FakeGateway("30.0.0.1");
        router.Open.SetResult();
        var host = await StartAsync(builder => builder.UsePortMapping(() => new RouterPortMapper(router.CreateMapper(), isShared: false)), 4001);
        await Eventually.HoldsAsync(() => host.Addresses.Count > 1);
        Assert.Equal([4001], router.Forwarded);
        await host.DisposeAsync();
        Assert.Empty(router.Forwarded);
    }

    [Fact]
    public async Task Behind_two_nats_the_user_is_told_once()
    {
        var router = new FakeGateway("10.7.0.1");
        router.Open.SetResult();
        var log = new TestLog();
        await using var mapper = router.CreateMapper();
        await using var host = await StartAsync(builder => builder.UseLogging(log).UsePortMapping(mapper), 4001, 4002);
        await log.LoggedAsync(1732);
        await Eventually.HoldsAsync(() => mapper.Mappings.All(static m => m.IsDoubleNat));
        Assert.Contains("10.7.0.1", Assert.Single(log.Of(1732)));
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/192.168.1.10/tcp/4002"), host.Addresses);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused_before_the_host_is_built() =>
        Assert.Throws<ArgumentException>(() => new HostBuilder().UsePortMapping(new Network.PortMappings.PortMapperOptions { MaxMappings = 0 }));

    private async Task<IHost> StartAsync(Action<HostBuilder> configure, params int[] ports)
    {
        var builder = new HostBuilder().UseTransport(_internet.Machine("192.168.1.10")).Listen([.. ports.Select(static port => $"/ip4/192.168.1.10/tcp/{port}")]);
        configure(builder);
        var host = builder.Build();
        await host.StartAsync(Patience);
        return host;
    }
}
