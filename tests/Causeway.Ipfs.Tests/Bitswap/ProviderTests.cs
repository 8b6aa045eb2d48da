using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Routing;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Tests.Bitswap.Support;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap;

/// <summary>Finding providers, and saying to be one.</summary>
public sealed class ProviderTests
{
    private readonly MemoryNetwork _network = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Providers_are_found_dialed_and_asked()
    {
        var tree = new TestTree(seed: 8, leaves: 100, leafLength: 3000);
        var routing = new Records();
        await using var here = await BlockPeer.StartAsync(_network, routing: routing);
        await using var there = await BlockPeer.StartAsync(_network);
        await there.Store.PutAsync(tree.Blocks, Stop);
        routing.Providers.Add(new ProviderInfo(there.Id, there.Host.Addresses));

        await using var session = here.Exchange.CreateSession(tree.Root);
        await session.FetchDagAsync(tree.Root, cancellationToken: Stop).WaitAsync(BlockPeer.Patience, Stop);

        Assert.Equal([tree.Root], routing.Searched.Distinct());
        Assert.Equal([there.Id], session.Peers);
        Assert.Empty(routing.Provided);
    }

    [Fact]
    public async Task Providers_that_cannot_be_reached_keep_nobody_from_the_others()
    {
        var block = Block.Create(Multicodec.Raw, new byte[100]);
        var routing = new Records();
        await using var here = await BlockPeer.StartAsync(_network, routing: routing);
        await using var there = await BlockPeer.StartAsync(_network);
        await using var gone = await BlockPeer.StartAsync(new MemoryNetwork());
        await there.Store.PutAsync([block], Stop);
        routing.Providers.Add(new ProviderInfo(gone.Id, [Multiaddress.Parse("/memory/999")]));
        routing.Providers.Add(new ProviderInfo(there.Id, there.Host.Addresses));

        Assert.Equal(100, (await here.Exchange.GetAsync(block.Cid, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop)).Length);
    }

    [Fact]
    public async Task A_fetched_root_is_announced_where_that_is_wanted()
    {
        var tree = new TestTree(seed: 9, leaves: 10, leafLength: 30);
        var routing = new Records();
        await using var here = await BlockPeer.StartAsync(_network, new BitswapOptions { ProvideFetchedRoots = true }, routing: routing);
        await here.Store.PutAsync(tree.Blocks, Stop);

        await using var session = here.Exchange.CreateSession(tree.Root);
        await session.FetchDagAsync(tree.Root, cancellationToken: Stop).WaitAsync(BlockPeer.Patience, Stop);

        await Eventually.HoldsAsync(() => routing.Provided.ContainsKey(tree.Root));
        await here.Exchange.StopProvidingAsync(tree.Root, Stop);
        Assert.Empty(routing.Provided);
        Assert.Empty(routing.Searched);
    }

    [Fact]
    public async Task The_DHT_of_the_host_is_used()
    {
        var block = Block.Create(Multicodec.Raw, "in the DHT"u8.ToArray());
        await using var hub = await StartAsync();
        await using var there = await StartAsync();
        await using var here = await StartAsync();
        var address = hub.Host.Addresses[0].WithPeerId(hub.Host.Id);
        await there.Host.ConnectAsync(address, Stop);
        await there.Exchange.Store.PutAsync([block], Stop);
        await Eventually.HoldsAsync(async () => await there.Exchange.ProvideAsync(block.Cid, Stop) > 0);
        await here.Host.ConnectAsync(address, Stop);

        Assert.Equal(block.Data.ToArray(), (await here.Exchange.GetAsync(block.Cid, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop)).ToArray());
    }

    [Fact]
    public async Task Options_out_of_their_range_are_refused_when_the_host_is_put_together()
    {
        await using var store = new MemoryBlockStore();
        BitswapOptions[] all =
        [
            new() { MaxWantsPerPeer = 0 }, new() { MaxWants = 5 }, new() { MaxOutstandingBlocks = 1025 }, new() { PeerTimeout = TimeSpan.Zero },
            new() { TargetMessageLength = 4 << 20 }, new() { ServeConcurrency = 0 }, new() { MaxProviders = -1 }, new() { ReplaceHaveLength = -1 }, new() { MaxArrivingBytes = (4 << 20) - 1 },
        ];
        foreach (var wrong in all) Assert.Throws<ArgumentException>(() => new HostBuilder().UseBitswap(store, wrong));
    }

    private async Task<DhtPeer> StartAsync()
    {
        BitswapExchange? exchange = null;
        var host = new HostBuilder().UseMemory(_network).Listen("/memory/0")
            .UseKademlia(static o => o with { Mode = KademliaMode.Server, PublicAddressesOnly = false, ProtocolPrefix = "/test" })
            .UseBitswap(new MemoryBlockStore(), created: created => exchange = created).Build();
        await host.StartAsync(Stop);
        return new DhtPeer(host, exchange!);
    }

    private sealed record DhtPeer(IHost Host, BitswapExchange Exchange) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }

    private sealed class Records : IContentRouting
    {
        public ConcurrentBag<ProviderInfo> Providers { get; } = [];

        public ConcurrentBag<Cid> Searched { get; } = [];

        public ConcurrentDictionary<Cid, bool> Provided { get; } = [];

        public async IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Cid cid, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Searched.Add(cid);
            await Task.Yield();
            foreach (var provider in Providers) yield return provider;
        }

        public Task<int> ProvideAsync(Cid cid, CancellationToken cancellationToken)
        {
            Provided[cid] = true;
            return Task.FromResult(1);
        }

        public Task StopProvidingAsync(Cid cid, CancellationToken cancellationToken)
        {
            Provided.TryRemove(cid, out _);
            return Task.CompletedTask;
        }
    }
}
