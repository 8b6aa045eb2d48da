using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;

namespace Causeway.Bench.Peers;

/// <summary>Hosts on loopback with the default options.</summary>
internal static class BenchHost
{
    public static async Task<IHost> StartAsync(bool listen = true)
    {
        var host = Build(listen);
        await host.StartAsync();
        return host;
    }

    public static async Task<(IHost Host, IPubSub PubSub)> StartWithPubSubAsync(bool listen = true)
    {
        var host = Build(listen);
        var pubsub = host.AddGossipSub();
        await host.StartAsync();
        await pubsub.StartAsync();
        return (host, pubsub);
    }

    private static IHost Build(bool listen)
    {
        var builder = new HostBuilder();
        return (listen ? builder.Listen("/ip4/127.0.0.1/tcp/0") : builder).Build();
    }
}
