// Two peers in two terminals: what is typed in the second comes back from the first.
//   dotnet run --project samples/Echo                         listens and prints its address
//   dotnet run --project samples/Echo -- /ip4/…/p2p/12D3Koo…  connects to it
using System.Text;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

const string Protocol = "/causeway/samples/echo/1.0.0";

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

await using var host = new HostBuilder().Listen("/ip4/0.0.0.0/tcp/0", "/ip6/::/tcp/0").Build();

// A handler serves one stream. When it returns, the stream is closed.
host.Handle(Protocol, async (stream, cancellationToken) =>
{
    Console.WriteLine($"{stream.Connection.RemotePeer} talks to us.");
    await stream.CopyToAsync(stream, cancellationToken);
});

await host.StartAsync(stop.Token);

try
{
    if (args.Length == 0)
    {
        foreach (var address in host.Addresses) Console.WriteLine(address.WithPeerId(host.Id));
        await Task.Delay(Timeout.Infinite, stop.Token);
    }

    var target = Multiaddress.Parse(args[0]);
    var connection = await host.ConnectAsync(target, stop.Token);
    await using var stream = await host.OpenStreamAsync(connection.RemotePeer, [Protocol], stop.Token);
    using var answers = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
    while (Console.ReadLine() is { } line)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stop.Token);
        Console.WriteLine(await answers.ReadLineAsync(stop.Token));
    }

    stream.CompleteWrites();
}
catch (OperationCanceledException)
{
    // Ctrl+C.
}
