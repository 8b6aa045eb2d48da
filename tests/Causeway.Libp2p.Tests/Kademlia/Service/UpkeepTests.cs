using System.Text;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

public sealed class UpkeepTests
{
    private static readonly Multihash Content = Multihash.Compute(MultihashCode.Sha2_256, "content"u8);
    private static readonly byte[] Key = TestRecordValidator.Key("upkeep");

    [Fact]
    public async Task What_was_provided_is_given_again_in_time_and_expires_when_nobody_does()
    {
        var time = new ManualTimeProvider();
        var kept = new MemoryProviderStore();
        await using var nodes = new DhtNodes();
        var keeper = await nodes.StartAsync(options => options with { Providers = kept }, time);
        var provider = await nodes.StartAsync(time: time);
        await DhtNodes.MeetAsync(provider, keeper);
        await provider.Dht.ProvideAsync(Content, Some.Patience);
        var first = Assert.Single(await kept.GetAsync(Content.Bytes, time.GetUtcNow(), 10)).Expires;
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromHours(48), first);

        time.Advance(TimeSpan.FromHours(22));
        await provider.Dht.RepublishAsync(Some.Patience);
        Assert.Equal(first + TimeSpan.FromHours(22), Assert.Single(await kept.GetAsync(Content.Bytes, time.GetUtcNow(), 10)).Expires);

        await provider.Dht.StopProvidingAsync(Content, Some.Patience);
        time.Advance(TimeSpan.FromHours(48));
        await provider.Dht.RepublishAsync(Some.Patience);
        Assert.Empty(await kept.GetAsync(Content.Bytes, time.GetUtcNow(), 10));
        await keeper.Dht.ExpireAsync(Some.Patience);
        Assert.Empty(await kept.GetAsync(Content.Bytes, DateTimeOffset.MinValue, 10));
    }

    [Fact]
    public async Task What_was_put_is_given_again_and_values_of_others_expire()
    {
        var time = new ManualTimeProvider();
        await using var nodes = new DhtNodes();
        var keeper = await nodes.StartAsync(time: time);
        var author = await nodes.StartAsync(time: time);
        await DhtNodes.MeetAsync(author, keeper);
        await author.Dht.PutValueAsync(Key, "value"u8.ToArray(), Some.Patience);

        time.Advance(TimeSpan.FromHours(22));
        await author.Dht.RepublishAsync(Some.Patience);
        await author.Host.DisposeAsync();
        time.Advance(TimeSpan.FromHours(47));
        Assert.NotNull(await keeper.Dht.GetValueAsync(Key, quorum: 1, Some.Patience));

        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await keeper.Dht.GetValueAsync(Key, quorum: 1, Some.Patience));
    }

    [Fact]
    public async Task New_addresses_are_told_where_the_old_ones_were_once_they_stay()
    {
        var time = new ManualTimeProvider();
        var kept = new MemoryProviderStore();
        await using var nodes = new DhtNodes();
        var keeper = await nodes.StartAsync(options => options with { Providers = kept });

        // Time passes faster than requests are answered, and must not run out for them.
        var provider = await nodes.StartAsync(options => options with { RequestTimeout = TimeSpan.FromHours(10), LookupTimeout = TimeSpan.FromHours(10) }, time);
        await DhtNodes.MeetAsync(provider, keeper);
        await provider.Dht.ProvideAsync(Content, Some.Patience);
        var added = Some.Address("/ip4/192.0.2.1/tcp/4001");
        using var events = new EventLog(provider.Host);
        provider.Host.SetAddresses("relay", [added]);
        await events.NextAsync<HostEvent.AddressesChanged>();
        await Eventually.HoldsAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            return RecordsIn(kept).Single().Addresses.Contains(added);
        });
    }

    [Fact]
    public async Task What_was_provided_while_nobody_was_there_is_told_when_somebody_comes()
    {
        var (kept, values) = (new MemoryProviderStore(), new MemoryRecordStore());
        await using var nodes = new DhtNodes();
        var provider = await nodes.StartAsync();
        Assert.Equal(0, await provider.Dht.ProvideAsync(Content, Some.Patience));
        Assert.Equal(0, await provider.Dht.PutValueAsync(Key, "value"u8.ToArray(), Some.Patience));

        var keeper = await nodes.StartAsync(options => options with { Providers = kept, Records = values });
        await DhtNodes.MeetAsync(provider, keeper);

        await Eventually.HoldsAsync(() => RecordsIn(kept).Count == 1);
        await Eventually.HoldsAsync(() => values.GetAsync(Key).AsTask().Result is not null);
    }

    [Fact]
    public async Task A_node_that_starts_again_knows_its_peers_and_what_it_provides()
    {
        var (table, providers) = (new MemoryRoutingTableStore(), new MemoryProviderStore());
        await using var nodes = new DhtNodes();
        var other = await nodes.StartAsync();
        var node = await nodes.StartAsync(options => options with { RoutingTable = table, Providers = providers });
        await DhtNodes.MeetAsync(node, other);
        await node.Dht.ProvideAsync(Content, Some.Patience);
        await node.Host.DisposeAsync();
        Assert.Equal(other.Host.Addresses, Assert.Single(await table.LoadAsync()).Addresses);

        var again = await nodes.StartAsync(options => options with { RoutingTable = table, Providers = providers });

        Assert.Equal([other.Host.Id], await again.Dht.GetClosestPeersAsync("key"u8.ToArray(), Some.Patience));
        Assert.Single(await providers.GetOwnAsync());
    }

    [Fact]
    public async Task A_node_starts_from_its_bootstrap_peers()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(4);
        var bootstrap = network[0].Host.Addresses[0].WithPeerId(network[0].Host.Id);

        var newcomer = await nodes.StartAsync(options => options with { BootstrapPeers = [bootstrap] });

        await Eventually.HoldsAsync(() => newcomer.Dht.PeerCount == 4);
    }

    [Fact]
    public async Task A_peer_that_is_gone_leaves_the_routing_table_at_the_next_refresh()
    {
        var time = new ManualTimeProvider();
        await using var nodes = new DhtNodes();
        var (node, gone) = (await nodes.StartAsync(time: time), await nodes.StartAsync(time: time));
        await DhtNodes.MeetAsync(node, gone);
        await gone.Host.DisposeAsync();
        await Eventually.HoldsAsync(() => !node.Host.Connections.IsConnected(gone.Host.Id));

        await node.Dht.RefreshAsync(Some.Patience);

        Assert.Empty(node.Dht.RoutingTablePeers);
    }

    [Fact]
    public async Task Everybody_gets_the_best_value_after_a_search_that_met_worse_ones()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(6);
        await network[0].Dht.PutValueAsync(Key, "a"u8.ToArray(), Some.Patience);
        var island = await nodes.StartAsync();
        await island.Dht.PutValueAsync(Key, "b"u8.ToArray(), Some.Patience);
        var searcher = await nodes.StartAsync(static options => options with { Mode = KademliaMode.Client });
        await DhtNodes.MeetAsync(searcher, island);
        foreach (var node in network) await DhtNodes.MeetAsync(searcher, node);

        var best = await searcher.Dht.GetValueAsync(Key, cancellationToken: Some.Patience);

        Assert.Equal("b", Encoding.UTF8.GetString(best!.Value.Span));
        foreach (var node in network)
        {
            await Eventually.HoldsAsync(() => node.Dht.GetValueAsync(Key, quorum: 1).Result is { } held && held.Span.SequenceEqual("b"u8));
        }
    }

    [Fact]
    public async Task A_value_that_is_not_valid_or_worse_than_a_known_one_is_refused_before_anybody_is_asked()
    {
        await using var nodes = new DhtNodes();
        var node = await nodes.StartAsync();
        await node.Dht.PutValueAsync(Key, "b"u8.ToArray(), Some.Patience);

        foreach (var (key, value) in new[] { (Key, "bad"), (Key, "a"), ("/unknown/x"u8.ToArray(), "x"), ("no namespace"u8.ToArray(), "x"), (new byte[2000], "x") })
        {
            var error = await Assert.ThrowsAsync<Libp2pException>(() => node.Dht.PutValueAsync(key, Encoding.UTF8.GetBytes(value), Some.Patience));
            Assert.Equal(Libp2pError.InvalidArgument, error.Error);
        }
    }

    private static IReadOnlyList<ProviderRecord> RecordsIn(MemoryProviderStore store) => store.GetAsync(Content.Bytes, DateTimeOffset.UtcNow, 10).AsTask().Result;
}
