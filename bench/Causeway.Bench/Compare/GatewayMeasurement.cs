using System.Diagnostics;
using System.Globalization;
using Causeway.Bench.Peers;

namespace Causeway.Bench.Compare;

/// <summary>
/// The gateway as pages see it, over real WebSockets: direct messages per second between two pages' peers (acknowledged end to end),
/// the time to create a peer, and the memory of an idle one. The gateway runs in a process of its own.
/// </summary>
internal static class GatewayMeasurement
{
    private const int Messages = 50_000;
    private const int Window = 1000;
    private const int Creations = 50;
    private const int IdlePeers = 100;

    public static async Task<int> RunAsync(string[] args)
    {
        var rates = new List<double>();
        var creations = new List<double>();
        var memory = new List<double>();
        for (var round = 0; round < Rounds.Count(args); round++)
        {
            await using var gateway = await GatewayProcess.StartAsync();
            rates.Add(await MessagesPerSecondAsync(gateway));
            creations.Add(await CreationMillisecondsAsync(gateway));
            await using var fresh = await GatewayProcess.StartAsync();
            memory.Add(await MebibytesPerIdlePeerAsync(fresh));
        }

        Console.WriteLine($"Gateway ({Rounds.Machine()}; medians of {rates.Count} rounds)");
        Print("direct messages, acknowledged end to end", rates, "messages/s");
        Print("creating a peer (request to answer)", creations, "ms");
        Print($"memory per idle peer ({IdlePeers} peers, resident set)", memory, "MiB");
        return 0;
    }

    private static void Print(string name, List<double> values, string unit) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"  {name,-52} {Rounds.Median(values),10:N1} {unit}   [{values.Min():N1} – {values.Max():N1}]"));

    private static async Task<double> MessagesPerSecondAsync(GatewayProcess gateway)
    {
        await using var sender = await PageClient.ConnectAsync(gateway.Address);
        await using var receiver = await PageClient.ConnectAsync(gateway.Address);
        await sender.RequestAsync("start", new { protocol = "/bench/1.0.0" });
        await receiver.RequestAsync("start", new { protocol = "/bench/1.0.0" });
        await SendAsync(sender, receiver, 5000);
        var watch = Stopwatch.StartNew();
        await SendAsync(sender, receiver, Messages);
        return Messages / watch.Elapsed.TotalSeconds;
    }

    private static async Task SendAsync(PageClient sender, PageClient receiver, int count)
    {
        using var window = new SemaphoreSlim(Window);
        var acknowledged = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sender.OnPush = method =>
        {
            if (method != "ack") throw new InvalidOperationException($"An unexpected push: {method}.");
            window.Release();
            if (Interlocked.Increment(ref acknowledged) == count) done.TrySetResult();
        };
        for (var i = 0; i < count; i++)
        {
            await window.WaitAsync();
            sender.Post("send", new { peer = receiver.PeerId, protocol = "/bench/1.0.0", data = new { n = i, text = "a message of ordinary length, as people write them" }, ack = i });
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task<double> CreationMillisecondsAsync(GatewayProcess gateway)
    {
        var times = new List<double>();
        for (var i = 0; i < Creations; i++)
        {
            await using var page = await PageClient.OpenAsync(gateway.Address);
            var watch = Stopwatch.StartNew();
            await page.RequestAsync("peer", new { });
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Rounds.Median(times);
    }

    private static async Task<double> MebibytesPerIdlePeerAsync(GatewayProcess gateway)
    {
        await using (await PageClient.ConnectAsync(gateway.Address))
        {
        }

        var before = gateway.ResidentBytes;
        var pages = new List<PageClient>();
        for (var i = 0; i < IdlePeers; i++) pages.Add(await PageClient.ConnectAsync(gateway.Address));
        await Task.Delay(TimeSpan.FromSeconds(3));
        var after = gateway.ResidentBytes;
        foreach (var page in pages) await page.DisposeAsync();
        return (after - before) / 1048576.0 / IdlePeers;
    }
}
