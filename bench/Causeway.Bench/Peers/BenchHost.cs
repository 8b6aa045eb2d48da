using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;

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

    /// <summary>A host that only a relay leads to, once it has its reservation.</summary>
    public static async Task<IHost> StartBehindAsync(string relay)
    {
        var host = new HostBuilder().UseRelayClient(o => o with { Relays = [Multiaddress.Parse(relay)] }).Build();
        var reserved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Changed += change =>
        {
            if (change is HostEvent.AddressesChanged && host.Addresses.Any(static address => address.IsRelayed)) reserved.TrySetResult();
        };
        await host.StartAsync();
        await reserved.Task;
        return host;
    }

    // Those that only dial may do so through a relay.
    private static IHost Build(string? listen)
    {
        var builder = new HostBuilder().UseTcp().UseWebSockets();
        return (listen is null ? builder.UseRelayClient(o => o with { Reservations = 0 }) : builder.Listen(listen)).Build();
    }
}
