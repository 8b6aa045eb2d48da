using System.Text;
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Topics;

/// <summary>
/// Topics in the DHT: who is in one is a provider of the SHA-256 of its name, and of that of <c>floodsub:</c> and its name, under which go-libp2p-pubsub
/// searches (go-libp2p-pubsub, <c>discovery.go</c>; go-libp2p, <c>p2p/discovery/routing</c>). Searched is again and again, with growing pauses.
/// </summary>
internal sealed class DhtTopicDiscovery(IHost host, IProviderRecords dht, TimeProvider time, ILogger logger) : ITopicDiscovery, IAsyncDisposable
{
    /// <summary>The first pause between two searches; doubled up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // Providers asked for in one search: GossipSub connects a few, and they know others.
    private const int Wanted = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Search> _searches = [];

    /// <inheritdoc/>
    public void Join(string topic)
    {
        lock (_lock)
        {
            var before = _searches.GetValueOrDefault(topic);
            if (before?.Stop.IsCancellationRequested == false) return;

            // What was left a moment ago must not take back what is said again now.
            var search = new Search();
            _searches[topic] = search;
            search.Running = Task.Run(() => RunAsync(topic, search, before?.Running ?? Task.CompletedTask));
        }
    }

    /// <inheritdoc/>
    public void Leave(string topic)
    {
        lock (_lock)
        {
            if (_searches.TryGetValue(topic, out var search)) search.Stop.Cancel();
        }
    }

    /// <summary>Ends all searches. What others were told expires with them.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            running = [.. _searches.Values.Select(static s => s.Running)];
            foreach (var search in _searches.Values) search.Stop.Cancel();
        }

        await Task.WhenAll(running);
    }

    /// <summary>The keys of a topic: that which is searched, and that of others' pub/sub.</summary>
    internal static (Multihash Own, Multihash PubSub) KeysOf(string topic) => (KeyOf(topic), KeyOf("floodsub:" + topic));

    private static Multihash KeyOf(string name) => Multihash.Compute(MultihashCode.Sha2_256, Encoding.UTF8.GetBytes(name));

    private async Task RunAsync(string topic, Search search, Task before)
    {
        await before;
        var stop = search.Stop.Token;
        var (own, pubSub) = KeysOf(topic);
        var pause = FirstPause;
        var isProvided = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // Once some peer has taken it, the DHT says it again by itself.
                if (!isProvided) isProvided = await dht.ProvideAsync(own, stop) > 0 && await dht.ProvideAsync(pubSub, stop) > 0;
                await foreach (var provider in dht.FindProvidersAsync(own, Wanted, stop)) host.AddDiscovered(provider.Peer, provider.Addresses);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                GatewayLog.TopicSearchFailed(logger, topic, e.Message);
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        await ForgetAsync(own, pubSub);
        lock (_lock)
        {
            if (_searches.GetValueOrDefault(topic) == search) _searches.Remove(topic);
        }
    }

    private async Task ForgetAsync(Multihash own, Multihash pubSub)
    {
        try
        {
            await dht.StopProvidingAsync(own);
            await dht.StopProvidingAsync(pubSub);
        }
        catch (Exception e) when (e is Libp2pException or ObjectDisposedException)
        {
            // The peer is going, and its records with it.
        }
    }

    private sealed class Search
    {
        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
