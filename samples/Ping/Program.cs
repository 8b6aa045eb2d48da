// Measures the round trip to any libp2p peer, until Ctrl+C.
//   dotnet run --project samples/Ping -- /ip4/…/tcp/…/p2p/12D3Koo…
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Multiformats;

if (args.Length != 1 || !Multiaddress.TryParse(args[0], out var address))
{
    Console.Error.WriteLine("usage: ping <multiaddr>, such as /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…");
    return 64;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

// Without Listen the host only dials.
await using var host = new HostBuilder().Build();
await host.StartAsync(stop.Token);

try
{
    var connection = await host.ConnectAsync(address, stop.Token);
    Console.WriteLine($"Connected to {connection.RemotePeer} ({connection.Security}, {connection.Muxer}).");
    await foreach (var roundTrip in new PingService(host).PingManyAsync(connection.RemotePeer, cancellationToken: stop.Token))
        Console.WriteLine($"{roundTrip.TotalMilliseconds:F2} ms");
    return 0;
}
catch (OperationCanceledException)
{
    return 0;
}
catch (Libp2pException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
