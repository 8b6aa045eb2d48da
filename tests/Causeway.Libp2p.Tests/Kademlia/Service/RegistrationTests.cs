using Causeway.Libp2p.Kademlia;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

public sealed class RegistrationTests
{
    [Fact]
    public async Task An_application_gets_the_dht_of_its_host_and_both_start_and_stop_with_it()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddLibp2p(static host => host.UseMemory(new()).Listen("/memory/0"));
        builder.Services.AddKademlia(static options => options with { ProtocolPrefix = "/app", Mode = KademliaMode.Server });
        using var application = builder.Build();

        await application.StartAsync(Some.Patience);
        var dht = application.Services.GetRequiredService<KademliaDht>();

        Assert.True(dht.IsServer);
        Assert.Contains("/app/kad/1.0.0", application.Services.GetRequiredService<Libp2p.Hosts.IHost>().Protocols);
        await application.StopAsync(Some.Patience);
        Assert.False(dht.IsServer);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => dht.GetClosestPeersAsync("key"u8.ToArray(), Some.Patience));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Options_that_make_no_sense_are_refused_at_once(KademliaOptions options, string about)
    {
        var error = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddKademlia(_ => options));

        Assert.Contains(about, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<KademliaOptions, string> Wrong() => new()
    {
        { new KademliaOptions { ProtocolPrefix = "ipfs" }, "ProtocolPrefix" },
        { new KademliaOptions { BootstrapPeers = [Some.Address("/ip4/192.0.2.1/tcp/4001")] }, "/p2p/" },
        { new KademliaOptions { BucketSize = 0 }, "BucketSize" },
        { new KademliaOptions { Resiliency = 21 }, "Resiliency" },
        { new KademliaOptions { DisjointPaths = 11 }, "DisjointPaths" },
        { new KademliaOptions { RequestTimeout = TimeSpan.Zero }, "RequestTimeout" },
        { new KademliaOptions { MaxProvidersPerAnswer = 1000 }, "MaxProvidersPerAnswer" },
    };
}
