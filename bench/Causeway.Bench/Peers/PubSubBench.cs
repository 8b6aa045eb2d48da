using System.Diagnostics;
using System.Globalization;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;

namespace Causeway.Bench.Peers;

/// <summary>The counterpart of <c>js/pubsub.mjs</c>.</summary>
internal static class PubSubBench
{
    private const string Topic = "bench";

    public static async Task<int> RunAsync(int subscribers, int messages, int bytes)
    {
        var (publisherHost, publisher) = await BenchHost.StartWithPubSubAsync(listen: false);
        var total = subscribers * messages;
        var delivered = 0;
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        publisher.PeerChanged += _ =>
        {
            if (publisher.PeersOf(Topic).Count == subscribers) all.TrySetResult();
        };
        var nodes = new List<(IHost Host, IPubSub PubSub)>();
        for (var i = 0; i < subscribers; i++)
        {
            var node = await BenchHost.StartWithPubSubAsync();
            nodes.Add(node);
            var subscription = node.PubSub.Subscribe(Topic, new SubscriptionOptions { QueueCapacity = 65536 });
            _ = Task.Run(async () =>
            {
                await foreach (var _ in subscription.ReadAllAsync())
                {
                    if (Interlocked.Increment(ref delivered) == total) finished.TrySetResult();
                }
            });
            await publisherHost.ConnectAsync(node.Host.Addresses[0].WithPeerId(node.Host.Id));
        }

        if (publisher.PeersOf(Topic).Count < subscribers) await all.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var data = new byte[bytes];
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < messages; i++) await publisher.PublishAsync(Topic, data);
        await Task.WhenAny(finished.Task, Task.Delay(TimeSpan.FromSeconds(60)));
        var seconds = watch.Elapsed.TotalSeconds;

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"deliveries":{{delivered}},"expected":{{total}},"seconds":{{seconds}}}"""));
        foreach (var (host, pubsub) in nodes)
        {
            await pubsub.DisposeAsync();
            await host.DisposeAsync();
        }

        await publisher.DisposeAsync();
        await publisherHost.DisposeAsync();
        return 0;
    }
}
