using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Transports.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Causeway.Libp2p.Tests.PubSub.Service;

public sealed class RegistrationTests
{
    [Fact]
    public async Task An_application_gets_pub_sub_that_starts_after_its_host_and_stops_before_it()
    {
        var services = new ServiceCollection();
        services.AddLibp2p(builder => builder.UseMemory(new MemoryNetwork()).Listen("/memory/app"));
        services.AddGossipSub(options => options with { FloodPublish = false });
        await using var provider = services.BuildServiceProvider();
        var pubSub = provider.GetRequiredService<IPubSub>();
        Assert.Same(provider.GetRequiredService<GossipSub>(), pubSub);
        var hosted = provider.GetServices<IHostedService>().ToArray();
        foreach (var service in hosted) await service.StartAsync(Some.Patience);
        Assert.Contains("/meshsub/1.2.0", provider.GetRequiredService<Libp2p.Hosts.IHost>().Protocols);
        await using (var subscription = pubSub.Subscribe("news"))
        {
            await pubSub.PublishAsync("news", new byte[] { (byte)'x' }, Some.Patience);
            Assert.Equal(["x"], await PubSubNode.ReadAsync(subscription, 1));
        }

        foreach (var service in hosted.Reverse()) await service.StopAsync(Some.Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pubSub.PublishAsync("news", default, Some.Patience));
    }

    [Fact]
    public async Task Wrong_options_are_refused_when_pub_sub_is_created()
    {
        await using var nodes = new PubSubNodes();
        var host = await nodes.Hosts.StartAsync();
        Assert.Throws<ArgumentException>(() => host.AddGossipSub(o => o with { MeshDegreeLow = 0 }));
        await using var pubSub = host.AddGossipSub();
        await pubSub.StartAsync(Some.Patience);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pubSub.StartAsync(Some.Patience));
    }
}
