using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;

namespace Causeway.Bench.Peers;

/// <summary>Hosts on loopback with the default options.</summary>
internal static class BenchHost
{
    public static async Task<IHost> StartAsync(string? listen)
    {
        var host = Build(listen);
        await host.StartAsync();
        return host;
    }

    public static async Task<(IHost Host, IPubSub PubSub)> StartWithPubSubAsync(bool listen = true)
    {
        var host = Build(listen ? "/ip4/127.0.0.1/tcp/0" : null);
        var pubsub = host.AddGossipSub();
        await host.StartAsync();
        await pubsub.StartAsync();
        return (host, pubsub);
    }

    private static IHost Build(string? listen)
    {
        var builder = new HostBuilder().UseTcp().UseWebSockets();
        return (listen is null ? builder : builder.Listen(listen)).Build();
    }
}
