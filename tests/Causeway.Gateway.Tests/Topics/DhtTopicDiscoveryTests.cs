using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Gateway.Topics;
using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Topics;

public sealed class DhtTopicDiscoveryTests : IAsyncDisposable
{
    private const string Topic = "chatroom";

    private readonly PrivateKey _identity = PrivateKey.Generate();
    private readonly FakeNetwork _network = new();
    private readonly FakeHost _host;
    private readonly Records _records = new();
    private readonly PauseClock _clock = new();
    private readonly DhtTopicDiscovery _discovery;

    public DhtTopicDiscoveryTests()
    {
        _host = new FakeHost(_network, _identity);
        _discovery = new DhtTopicDiscovery(_host, _records, _clock, NullLogger.Instance);
    }

    [Fact]
    public async Task A_topic_is_provided_under_its_own_key_and_under_that_of_go_libp2p_until_it_is_left()
    {
        _discovery.Join(Topic);
        await _clock.NextAsync();
        Assert.Equal(Expected, _records.Provided.Keys.ToHashSet());
        _discovery.Leave(Topic);
        await _discovery.DisposeAsync();
        Assert.Empty(_records.Provided);
    }

    [Fact]
    public async Task Whom_the_DHT_names_is_discovered()
    {
        using var key = PrivateKey.Generate();
        var other = PeerId.FromPublicKey(key.PublicKey);
        var found = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Discovered += found.SetResult;
        _records.Found = [new ProviderInfo(other, [])];
        _discovery.Join(Topic);
        Assert.Equal(other, await found.Task.WaitAsync(TestPage.Patience));
        await _clock.NextAsync();
        Assert.Equal(KeyOf(Topic), Assert.Single(_records.Searched));
    }

    [Fact]
    public async Task Searches_have_growing_pauses_between_them_and_a_topic_is_provided_once()
    {
        _discovery.Join(Topic);
        var expected = TimeSpan.FromSeconds(1);
        for (var i = 1; i <= 12; i++)
        {
            var pause = await _clock.NextAsync();
            Assert.Equal(i, _records.Searched.Count);
            Assert.Equal(expected, pause.Length);
            expected = expected * 2 < DhtTopicDiscovery.LongestPause ? expected * 2 : DhtTopicDiscovery.LongestPause;
            pause.End();
        }

        Assert.Equal(2, _records.Told);
    }

    [Fact]
    public async Task When_the_connection_to_somebody_who_was_found_is_lost_the_next_search_is_soon()
    {
        using var key = PrivateKey.Generate();
        await using var other = new FakeHost(_network, key);
        _records.Found = [new ProviderInfo(other.Id, [])];
        _discovery.Join(Topic);
        for (var i = 0; i < 4; i++) (await _clock.NextAsync()).End();
        Assert.Equal(TimeSpan.FromSeconds(16), (await _clock.NextAsync()).Length);
        _host.Connect(other.Id, isRelayed: true);
        _host.Break(other.Id);
        var first = await _clock.NextAsync();
        Assert.Equal((DhtTopicDiscovery.FirstPause, 5), (first.Length, _records.Searched.Count));
        first.End();
        Assert.Equal((DhtTopicDiscovery.FirstPause, 6), ((await _clock.NextAsync()).Length, _records.Searched.Count));
    }

    [Fact]
    public async Task While_nobody_takes_the_record_or_the_DHT_fails_it_is_tried_again()
    {
        _records.Takers = 0;
        _discovery.Join(Topic);
        (await _clock.NextAsync()).End();
        _records.Failure = new IOException("no network");
        (await _clock.NextAsync()).End();
        (_records.Failure, _records.Takers) = (null, 1);
        var pause = await _clock.NextAsync();
        while (_records.Provided.Count < 2)
        {
            pause.End();
            pause = await _clock.NextAsync();
        }

        Assert.Equal(Expected, _records.Provided.Keys.ToHashSet());
    }

    [Fact]
    public async Task A_topic_that_is_joined_again_at_once_stays_provided()
    {
        _discovery.Join(Topic);
        _discovery.Join(Topic);
        await _clock.NextAsync();
        _records.Stopping = new TaskCompletionSource();
        _discovery.Leave(Topic);
        _discovery.Leave(Topic);
        _discovery.Join(Topic);
        _records.Stopping.SetResult();
        await _clock.NextAsync();
        Assert.Equal(Expected, _records.Provided.Keys.ToHashSet());
    }

    public async ValueTask DisposeAsync()
    {
        await _discovery.DisposeAsync();
        await _host.DisposeAsync();
        _identity.Dispose();
    }

    private static HashSet<Multihash> Expected => [KeyOf(Topic), KeyOf("floodsub:" + Topic)];

    private static Multihash KeyOf(string name) => Multihash.Compute(MultihashCode.Sha2_256, Encoding.UTF8.GetBytes(name));

    private sealed class Records : IProviderRecords
    {
        public ConcurrentDictionary<Multihash, bool> Provided { get; } = new();

        public ConcurrentQueue<Multihash> Searched { get; } = new();

        public IReadOnlyList<ProviderInfo> Found { get; set; } = [];

        public int Takers { get; set; } = 1;

        public int Told { get; private set; }

        public Exception? Failure { get; set; }

        public TaskCompletionSource? Stopping { get; set; }

        public ValueTask<int> ProvideAsync(Multihash key, CancellationToken cancellationToken)
        {
            if (Failure is not null) throw Failure;
            Told++;
            if (Takers > 0) Provided[key] = true;
            return new(Takers);
        }

        public async ValueTask StopProvidingAsync(Multihash key)
        {
            if (Stopping is not null) await Stopping.Task;
            Provided.TryRemove(key, out _);
        }

        public async IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Multihash key, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Searched.Enqueue(key);
            await Task.Yield();
            foreach (var provider in Found) yield return provider;
        }
    }
}
