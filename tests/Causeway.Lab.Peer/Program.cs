using System.Globalization;
using Causeway.Lab.Peer;
using Causeway.Libp2p.HolePunching;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;

// causeway-lab-peer relay PORT ADDRESS: a relay. causeway-lab-peer host RELAY…: a host that may be behind a NAT.
// Its key is in the machine's home, and the same when it is started again.
using var identity = PeerKey.Load();
var builder = new HostBuilder().WithIdentity(identity).Logs();
if (int.TryParse(Environment.GetEnvironmentVariable("LAB_KEEPALIVE"), CultureInfo.InvariantCulture, out var seconds))
    builder.UseYamux(new YamuxOptions { KeepAliveInterval = TimeSpan.FromSeconds(seconds) });
switch (args)
{
    case ["relay", var port, var address]:
        builder.Listen($"/ip4/{address}/tcp/{port}").UseCircuitRelay();
        break;
    case ["host", .. var relays]:
        builder.Listen("/ip4/0.0.0.0/tcp/0").UseHolePunching()
            .UseRelayClient(o => o with { Relays = [.. relays.Select(Multiaddress.Parse)], BackoffBase = TimeSpan.FromSeconds(1) });
        break;
    default:
        Console.Error.WriteLine("causeway-lab-peer: relay PORT ADDRESS | host RELAY…");
        return 64;
}

await using var host = builder.Build();
using var session = new Session(host);
await host.StartAsync();
await session.RunAsync(Console.In);
return 0;
