using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Rpc;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

/// <summary>Peers that speak to a server by hand.</summary>
public sealed class HostilePeerTests : IAsyncDisposable
{
    private static readonly byte[] Key = TestRecordValidator.Key("hostile");
    private static readonly byte[] Content = Multihash.Compute(MultihashCode.Sha2_256, "content"u8).Bytes.ToArray();

    private readonly DhtNodes _nodes = new();
    private IHost? _client;

    [Fact]
    public async Task Several_requests_are_answered_on_one_stream()
    {
        var (server, stream) = await OpenAsync();
        using var reader = new KademliaFrameReader(stream);
        await stream.WriteAsync(KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.Ping, default)), Some.Patience);
        Assert.Equal(KademliaMessageType.Ping, (await reader.ReadAsync(Some.Patience))!.Type);
        await stream.WriteAsync(KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.FindNode, server.Host.Id.Bytes)), Some.Patience);
        Assert.Equal([server.Host.Id], (await reader.ReadAsync(Some.Patience))!.CloserPeers.Select(static peer => peer.Peer));

        // A message in pieces, and two at once.
        var put = KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.PutValue, Key) { Record = new KademliaRecord(Key, new byte[20_000]) });
        await stream.WriteAsync(put.AsMemory(0, 1), Some.Patience);
        await stream.WriteAsync((byte[])[.. put[1..], .. put], Some.Patience);
        Assert.Equal(20_000, (await reader.ReadAsync(Some.Patience))!.Record!.Value.Length);
        Assert.Equal(20_000, (await reader.ReadAsync(Some.Patience))!.Record!.Value.Length);
        stream.CompleteWrites();
        Assert.Null(await reader.ReadAsync(Some.Patience));
    }

    [Fact]
    public async Task Nobody_can_say_that_somebody_else_provides()
    {
        var kept = new MemoryProviderStore();
        var (_, stream) = await OpenAsync(options => options with { Providers = kept });

        await AssertRefusedAsync(stream, new KademliaMessage(KademliaMessageType.AddProvider, Content) { ProviderPeers = [new KademliaPeer(Some.NewPeer(), [])] });

        Assert.Empty(await kept.GetAsync(Content, DateTimeOffset.UtcNow, 10));
    }

    [Fact]
    public async Task Of_what_a_peer_says_of_providers_only_itself_is_kept_and_in_the_public_network_only_public_addresses()
    {
        var kept = new MemoryProviderStore();
        var (_, stream) = await OpenAsync(options => options with { Providers = kept, PublicAddressesOnly = true });
        var self = await SelfAsync();
        var addresses = Some.Addresses("/ip4/10.0.0.1/tcp/1", "/ip4/8.8.8.8/tcp/1", "/ip4/127.0.0.1/tcp/1", "/dns4/example.org/tcp/1");
        await stream.WriteAsync(
            KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.AddProvider, Content)
            {
                ProviderPeers = [new KademliaPeer(Some.NewPeer(), addresses), new KademliaPeer(self, addresses)],
            }),
            completeWrites: true,
            Some.Patience);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Some.Patience));

        var record = Assert.Single(await kept.GetAsync(Content, DateTimeOffset.UtcNow, 10));
        Assert.Equal(self, record.Provider);
        Assert.Equal([addresses[1], addresses[3]], record.Addresses);
    }

    [Fact]
    public async Task Values_that_are_not_valid_worse_or_under_another_key_are_refused()
    {
        var (server, stream) = await OpenAsync();
        await server.Dht.PutValueAsync(Key, "m"u8.ToArray(), Some.Patience);
        foreach (var (key, recordKey, value) in new[] { (Key, Key, "bad"), (Key, Key, "a"), (Key, TestRecordValidator.Key("x"), "z"), ("/x/y"u8.ToArray(), "/x/y"u8.ToArray(), "z") })
        {
            var record = new KademliaRecord(recordKey, System.Text.Encoding.UTF8.GetBytes(value));
            await AssertRefusedAsync(stream, new KademliaMessage(KademliaMessageType.PutValue, key) { Record = record });
            stream = await AgainAsync(server);
        }

        await AssertRefusedAsync(stream, new KademliaMessage(KademliaMessageType.PutValue, Key));
        Assert.Equal("m"u8.ToArray(), (await server.Dht.GetValueAsync(Key, quorum: 1, Some.Patience))!.Value.ToArray());
    }

    [Fact]
    public async Task Requests_without_a_key_and_what_is_no_message_are_refused()
    {
        var (server, stream) = await OpenAsync();
        foreach (var type in new[] { KademliaMessageType.FindNode, KademliaMessageType.GetValue, KademliaMessageType.GetProviders, KademliaMessageType.AddProvider })
        {
            await AssertRefusedAsync(stream, new KademliaMessage(type, default));
            stream = await AgainAsync(server);
        }

        await AssertRefusedAsync(stream, new KademliaMessage(KademliaMessageType.GetProviders, new byte[KademliaLimits.MaxProviderKeyLength + 1]));
        foreach (byte[] bytes in new byte[][] { [2, 8, 9], [0xff, 0xff, 0xff, 0x7f], [0x80, 0], [5, 1, 2], [1, 0xff] })
        {
            stream = await AgainAsync(server);
            await stream.WriteAsync(bytes, completeWrites: true, Some.Patience);
            await AssertResetAsync(stream);
        }
    }

    [Fact]
    public async Task A_silent_stream_is_ended()
    {
        var time = new ManualTimeProvider();
        var (_, stream) = await OpenAsync(time: time);
        using var reader = new KademliaFrameReader(stream);
        await stream.WriteAsync(KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.Ping, default)), Some.Patience);
        await reader.ReadAsync(Some.Patience);

        var ended = AssertResetAsync(stream);
        while (!ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await ended;
    }

    [Fact]
    public async Task Whoever_asks_from_elsewhere_is_told_no_loopback_address()
    {
        var (server, stream) = await OpenAsync();
        server.Host.SetAddresses("test", Some.Addresses("/ip4/127.0.0.1/tcp/4001", "/ip4/10.0.0.1/tcp/4001", "/ip4/0.0.0.0/tcp/4001"));
        var policy = new AddressPolicy(publicOnly: false, maxPerGroup: 0);

        Assert.Equal(Some.Addresses("/ip4/10.0.0.1/tcp/4001"), policy.Tellable(server.Host.Addresses, toThisMachine: false).Where(static address => address.TryGetIPAddress(out _)));
        await stream.WriteAsync(KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.FindNode, server.Host.Id.Bytes)), Some.Patience);
        using var reader = new KademliaFrameReader(stream);
        var told = Assert.Single((await reader.ReadAsync(Some.Patience))!.CloserPeers).Addresses;
        Assert.Contains(Some.Address("/ip4/127.0.0.1/tcp/4001"), told);
        Assert.DoesNotContain(Some.Address("/ip4/0.0.0.0/tcp/4001"), told);
    }

    [Fact]
    public void An_answer_that_leads_into_one_network_is_not_followed()
    {
        var policy = new AddressPolicy(publicOnly: true, maxPerGroup: 3);
        var crowd = Enumerable.Range(0, 4).Select(static i => new KademliaPeer(Some.NewPeer(), Some.Addresses($"/ip4/8.8.{i}.1/tcp/1")));
        var others = Enumerable.Range(0, 3).Select(static i => new KademliaPeer(Some.NewPeer(), Some.Addresses($"/ip4/9.9.{i}.1/tcp/1"))).ToArray();

        Assert.Equal(others.Select(static peer => peer.Peer), policy.Usable([.. crowd, .. others]).Select(static peer => peer.Peer));
    }

    [Fact]
    public async Task A_server_that_lies_does_not_spoil_a_search()
    {
        var network = await _nodes.StartNetworkAsync(4);
        var liar = await _nodes.StartPlainAsync();
        liar.Handle("/ipfs/kad/1.0.0", async (stream, token) =>
        {
            using var reader = new KademliaFrameReader(stream);
            if (await reader.ReadAsync(token) is not { } request) return;

            // Peers that do not exist, the asker, itself, an invalid value, and a provider that is none.
            await stream.WriteAsync(
                KademliaEncoder.Encode(new KademliaMessage(request.Type, request.Key)
                {
                    Record = new KademliaRecord(request.Key, "bad value"u8.ToArray()),
                    CloserPeers =
                    [
                        .. Enumerable.Range(0, 100).Select(static i => new KademliaPeer(Some.NewPeer(), Some.Addresses($"/memory/{100_000 + i}"))),
                        new KademliaPeer(stream.Connection.RemotePeer, []),
                        new KademliaPeer(liar.Id, liar.Addresses),
                    ],
                }),
                completeWrites: true,
                token);
        });
        await network[0].Host.ConnectAsync(LocalTo(liar), Some.Patience);
        await Eventually.HoldsAsync(() => network[0].Dht.RoutingTablePeers.Contains(liar.Id));
        await network[1].Dht.PutValueAsync(Key, "value"u8.ToArray(), Some.Patience);

        Assert.NotNull(await network[0].Dht.GetValueAsync(Key, cancellationToken: Some.Patience));
        var closest = await network[0].Dht.GetClosestPeersAsync(Key, Some.Patience);
        Assert.Equal(network.Skip(1).Select(static node => node.Host.Id).Append(liar.Id).Order(), closest.Order());
    }

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private static async Task AssertRefusedAsync(Libp2pStream stream, KademliaMessage message)
    {
        await stream.WriteAsync(KademliaEncoder.Encode(message), Some.Patience);
        await AssertResetAsync(stream);
    }

    private static async Task AssertResetAsync(Libp2pStream stream) => Assert.Equal(
        Libp2pError.StreamReset, (await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[1], Some.Patience))).Error);

    private static Multiaddress LocalTo(IHost host) => host.Addresses[0].WithPeerId(host.Id);

    private async Task<(DhtNode Server, Libp2pStream Stream)> OpenAsync(Func<KademliaOptions, KademliaOptions>? configure = null, TimeProvider? time = null)
    {
        var server = await _nodes.StartAsync(configure, time);
        return (server, await AgainAsync(server));
    }

    private async Task<PeerId> SelfAsync() => (await ClientAsync()).Id;

    private async Task<Libp2pStream> AgainAsync(DhtNode server)
    {
        var client = await ClientAsync();
        var connection = await client.ConnectAsync(LocalTo(server.Host), Some.Patience);
        return await connection.OpenStreamAsync(["/ipfs/kad/1.0.0"], Some.Patience);
    }

    private async Task<IHost> ClientAsync() => _client ??= await _nodes.StartPlainAsync();
}
