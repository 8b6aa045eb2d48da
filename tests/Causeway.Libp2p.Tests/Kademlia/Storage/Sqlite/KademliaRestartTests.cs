using System.Text;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Storage.Sqlite;
using Causeway.Libp2p.Tests.Kademlia.Service;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Kademlia.Storage.Sqlite;

public sealed class KademliaRestartTests : IDisposable
{
    private static readonly Multihash Content = Multihash.Compute(MultihashCode.Sha2_256, "content"u8);

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-dht-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_node_that_was_restarted_serves_what_it_was_given_by_peers_that_are_gone()
    {
        await using var nodes = new DhtNodes();
        var giver = await nodes.StartAsync();
        var key = TestRecordValidator.Key("a");
        await using (var kept = await OpenAsync())
        {
            var keeper = await nodes.StartAsync(options => Keeping(options, kept));
            await DhtNodes.MeetAsync(giver, keeper);
            Assert.Equal(1, await giver.Dht.PutValueAsync(key, "value"u8.ToArray(), Patience));
            Assert.Equal(1, await giver.Dht.ProvideAsync(Content, Patience));
            await keeper.Host.DisposeAsync();
        }

        await giver.Host.DisposeAsync();
        await using var again = await OpenAsync();
        var restarted = await nodes.StartAsync(options => Keeping(options, again));
        var seeker = await nodes.StartAsync(options => options with { Mode = KademliaMode.Client });
        await DhtNodes.MeetAsync(seeker, restarted);
        var found = await seeker.Dht.GetValueAsync(key, cancellationToken: Patience);
        Assert.Equal("value", Encoding.UTF8.GetString(found!.Value.Span));
        var providers = new List<PeerId>();
        await foreach (var provider in seeker.Dht.FindProvidersAsync(Content, cancellationToken: Patience)) providers.Add(provider.Peer);
        Assert.Equal([giver.Host.Id], providers);
        await restarted.Host.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_was_restarted_finds_its_network_again_without_bootstrap()
    {
        await using var nodes = new DhtNodes();
        var other = await nodes.StartAsync();
        await using (var kept = await OpenAsync())
        {
            var first = await nodes.StartAsync(options => Keeping(options, kept));
            await DhtNodes.MeetAsync(first, other);
            await first.Host.DisposeAsync();
        }

        await using var again = await OpenAsync();
        var restarted = await nodes.StartAsync(options => Keeping(options, again));
        await Eventually.HoldsAsync(() => restarted.Host.Connections.IsConnected(other.Host.Id));
        await restarted.Host.DisposeAsync();
    }

    private static KademliaOptions Keeping(KademliaOptions options, KademliaDatabase kept) =>
        options with { Records = kept.Records, Providers = kept.Providers, RoutingTable = kept.RoutingTable };

    private Task<KademliaDatabase> OpenAsync() => KademliaDatabase.OpenAsync(Path.Combine(_folder, "dht.db"), cancellationToken: Patience);
}
