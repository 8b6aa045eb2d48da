// A chat room without a server: peers of one network find each other by multicast DNS and talk over publish/subscribe.
//   dotnet run --project samples/Chat -- Alice
//   dotnet run --project samples/Chat -- Bob
//   dotnet run --project samples/Chat -- Carol /ip4/…/p2p/12D3Koo…    joins through a peer elsewhere
using System.Text;
using Causeway.Libp2p;
using Causeway.Libp2p.Discovery.Mdns;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

const string Room = "causeway/samples/chat";

var name = args.Length > 0 ? args[0] : Environment.UserName;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

await using var host = new HostBuilder()
    .Listen("/ip4/0.0.0.0/tcp/0")
    .Use(host => new MdnsDiscovery(host))
    .Build();
await using var pubsub = host.AddGossipSub();
pubsub.PeerChanged += change => Console.WriteLine($"* {change.Peer} has {(change.Joined ? "come" : "gone")}");
host.Discovered += peer => _ = TryConnectAsync(peer);

await host.StartAsync(stop.Token);
await pubsub.StartAsync(stop.Token);
foreach (var address in host.Addresses) Console.WriteLine($"* you are at {address.WithPeerId(host.Id)}");
foreach (var address in args.Skip(1)) await host.ConnectAsync(Multiaddress.Parse(address), stop.Token);

await using var room = pubsub.Subscribe(Room, new SubscriptionOptions { DeliverOwn = false });
var reading = ReadAsync();
while (await Console.In.ReadLineAsync(stop.Token) is { } line)
{
    if (line.Length > 0) await pubsub.PublishAsync(Room, Encoding.UTF8.GetBytes($"{name}: {line}"), stop.Token);
}

await stop.CancelAsync();
await reading;

async Task ReadAsync()
{
    try
    {
        await foreach (var message in room.ReadAllAsync(stop.Token)) Console.WriteLine(Encoding.UTF8.GetString(message.Data.Span));
    }
    catch (OperationCanceledException)
    {
        // The end of the chat.
    }
}

async Task TryConnectAsync(PeerId peer)
{
    try
    {
        await host.ConnectAsync(peer, stop.Token);
    }
    catch (Exception error) when (error is Libp2pException or OperationCanceledException or ObjectDisposedException)
    {
        Console.WriteLine($"* {peer} is near, but cannot be reached: {error.Message}");
    }
}
