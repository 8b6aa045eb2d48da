using System.Text;
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Topics;

/// <summary>
/// Topics in the DHT: who is in one is a provider of the SHA-256 of its name, and of that of <c>floodsub:</c> and its name, under which go-libp2p-pubsub
/// searches (go-libp2p-pubsub, <c>discovery.go</c>; go-libp2p, <c>p2p/discovery/routing</c>). Searched is again and again, with growing pauses, and soon when
/// the connection to somebody who was found is lost: relays end theirs after a while.
/// </summary>
internal sealed class DhtTopicDiscovery : ITopicDiscovery, IAsyncDisposable
{
    /// <summary>The first pause between two searches; doubled up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // Providers asked for in one search: GossipSub connects a few, and they know others.
    private const int Wanted = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Search> _searches = [];
    private readonly IHost _host;
    private readonly IProviderRecords _dht;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Searches nothing yet.</summary>
    /// <param name="host">Our peer.</param>
    /// <param name="dht">Where is searched.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Carries the page's alias.</param>
    public DhtTopicDiscovery(IHost host, IProviderRecords dht, TimeProvider time, ILogger logger)
    {
        _host = host;
        _dht = dht;
        _time = time;
        _logger = logger;
        host.Changed += OnChanged;
    }

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
        _host.Changed -= OnChanged;
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

    private void OnChanged(HostEvent change)
    {
        if (change is not HostEvent.ConnectionClosed { Last: true } closed) return;
        lock (_lock)
        {
            foreach (var search in _searches.Values) search.OnLost(closed.Connection.RemotePeer);
        }
    }

    private async Task RunAsync(string topic, Search search, Task before)
    {
        await before;
        var stop = search.Stop.Token;
        var (own, pubSub) = KeysOf(topic);
        var pause = FirstPause;
        var isProvided = false;
        while (!stop.IsCancellationRequested)
        {
            var lost = search.Lost;
            try
            {
                // Once some peer has taken it, the DHT says it again by itself.
                if (!isProvided) isProvided = await _dht.ProvideAsync(own, stop) > 0 && await _dht.ProvideAsync(pubSub, stop) > 0;
                await foreach (var provider in _dht.FindProvidersAsync(own, Wanted, stop))
                {
                    lock (_lock) search.Found.Add(provider.Peer);
                    _host.AddDiscovered(provider.Peer, provider.Addresses);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                GatewayLog.TopicSearchFailed(_logger, topic, e.Message);
            }

            if (await PauseAsync(pause, lost, stop))
            {
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            else
            {
                pause = FirstPause;
                await Task.Delay(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await ForgetAsync(own, pubSub);
        lock (_lock)
        {
            if (_searches.GetValueOrDefault(topic) == search) _searches.Remove(topic);
        }
    }

    // Whether it lasted as long as it should.
    private async Task<bool> PauseAsync(TimeSpan pause, Task end, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(Task.Delay(pause, _time, ended.Token), end);
        await ended.CancelAsync();
        return !end.IsCompleted;
    }

    private async Task ForgetAsync(Multihash own, Multihash pubSub)
    {
        try
        {
            await _dht.StopProvidingAsync(own);
            await _dht.StopProvidingAsync(pubSub);
        }
        catch (Exception e) when (e is Libp2pException or ObjectDisposedException)
        {
            // The peer is going, and its records with it.
        }
    }

    /// <summary>The search for one topic's peers. What was found is kept under the owner's lock.</summary>
    private sealed class Search
    {
        private TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;

        public HashSet<PeerId> Found { get; } = [];

        /// <summary>Completes when the connection to somebody who was found is lost, from now on.</summary>
        public Task Lost => Volatile.Read(ref _lost).Task;

        public void OnLost(PeerId peer)
        {
            if (Found.Remove(peer)) Interlocked.Exchange(ref _lost, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }
}
