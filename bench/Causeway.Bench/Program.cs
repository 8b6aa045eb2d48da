using Causeway.Bench.Compare;
using Causeway.Bench.Peers;
using Causeway.Bench.Relays;

// Causeway.Bench compare NAME …   one claim beside its yardstick, in one run
// Causeway.Bench serve|client|…   our side of a comparison, in a process of its own
return args switch
{
    ["compare", "handshake", ..] => HandshakeMeasurement.Run(args[2..]),
    ["compare", "throughput", ..] => await ThroughputComparison.RunAsync(args[2..]),
    ["compare", "dial", ..] => await DialComparison.RunAsync(args[2..]),
    ["compare", "latency", ..] => await LatencyComparison.RunAsync(args[2..]),
    ["compare", "pubsub", ..] => await PubSubComparison.RunAsync(args[2..]),
    ["compare", "dht", ..] => await DhtComparison.RunAsync(args[2..]),
    ["compare", "blocks", ..] => await BlocksComparison.RunAsync(args[2..]),
    ["compare", "gateway", ..] => await GatewayMeasurement.RunAsync(args[2..]),
    ["compare", "pq", ..] => await PostQuantumComparison.RunAsync(args[2..]),
    ["compare", "import", ..] => await ImportComparison.RunAsync(args[2..]),
    ["compare", "frames", ..] => await FramesComparison.RunAsync(args[2..]),
    ["compare", "relay", ..] => await RelayMeasurement.RunAsync(args[2..]),
    ["compare", "bitswap", ..] => await BitswapComparison.RunAsync(args[2..]),
    ["bitswap-serve", var mebibytes] => await BitswapBench.ServeAsync(int.Parse(mebibytes)),
    ["bitswap-fetch", var address, var warm, var file] => await BitswapBench.FetchAsync(address, warm, file),
    ["serve"] => await BenchServer.RunAsync("/ip4/127.0.0.1/tcp/0"),
    ["serve", "ws"] => await BenchServer.RunAsync("/ip4/127.0.0.1/tcp/0/ws"),
    ["compare", "circuit", ..] => await CircuitComparison.RunAsync(args[2..]),
    ["circuit-relay"] => await CircuitRelayBench.RunAsync(),
    ["circuit-load", var what, var relay, var count] => await CircuitLoad.RunAsync(what, relay, int.Parse(count)),
    ["serve-behind", var relay] => await BenchServer.RunBehindAsync(relay),
    ["client", var what, var address, var count] => await BenchClient.RunAsync(what, address, int.Parse(count)),
    ["pubsub", var subscribers, var messages, var bytes] => await PubSubBench.RunAsync(int.Parse(subscribers), int.Parse(messages), int.Parse(bytes)),
    ["dht", var nodes, var lookups] => await DhtBench.RunAsync(int.Parse(nodes), int.Parse(lookups)),
    ["files", var what, var megabytes] => await FilesBench.RunAsync(what, int.Parse(megabytes)),
    ["blocks", var kind, var folder, var blocks, var bytes, var atOnce] =>
        await BlocksBench.RunAsync(kind, folder, int.Parse(blocks), int.Parse(bytes), int.Parse(atOnce)),
    ["frames"] => FramesBench.Run(),
    ["pq"] => PostQuantumBench.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Causeway.Bench compare handshake|throughput|dial|latency|pubsub|dht|gateway|pq|frames|relay|circuit|bitswap|import|blocks [--rounds N]");
    return 2;
}
