using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Identify.Wire;
using Causeway.Libp2p.Records;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Transports.Memory;
using Google.Protobuf;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Identify;

public sealed class IdentifyTests
{
    [Fact]
    public async Task A_protocol_that_is_added_or_removed_is_pushed_to_connected_peers()
    {
        var time = new ManualTimeProvider();
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync(b => b.UseTime(time));
        var two = await hosts.StartAsync();
        using var here = new EventLog(one);
        using var there = new EventLog(two);
        await TestHosts.ConnectAsync(one, two);
        await here.NextAsync<HostEvent.PeerIdentified>();
        await there.NextAsync<HostEvent.PeerIdentified>();

        var first = one.Handle("/new/1", (_, _) => Task.CompletedTask);
        one.Handle("/new/2", (_, _) => Task.CompletedTask);
        await here.NextAsync<HostEvent.ProtocolsChanged>();
        Assert.DoesNotContain("/new/1", two.Peers.ProtocolsOf(one.Id));
        time.Advance(TimeSpan.FromMilliseconds(100));
        await there.NextAsync<HostEvent.PeerIdentified>();
        Assert.Contains("/new/1", two.Peers.ProtocolsOf(one.Id));
        Assert.Contains("/new/2", two.Peers.ProtocolsOf(one.Id));

        first.Dispose();
        await Eventually.HoldsAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return !two.Peers.ProtocolsOf(one.Id).Contains("/new/1");
        });
        Assert.Contains("/new/2", two.Peers.ProtocolsOf(one.Id));
    }

    [Fact]
    public async Task A_change_before_a_peer_is_identified_is_pushed_when_it_is()
    {
        var time = new ManualTimeProvider();
        await using var hosts = new TestHosts();
        var host = await hosts.StartAsync(b => b.UseTime(time));
        await using var peer = await HandMadePeer.ConnectAsync(host, hosts.Network);
        await using var query = await peer.AcceptAsync();
        Assert.DoesNotContain("/new/1", (await peer.AskAsync()).Protocols);
        host.Handle("/new/1", (_, _) => Task.CompletedTask);
        time.Advance(TimeSpan.FromMilliseconds(100));
        await HandMadePeer.AnswerAsync(query);
        await using var push = await peer.AcceptAsync();
        Assert.Equal(IdentifyService.PushProtocolId, push.Protocol);
        Assert.Contains("/new/1", (await IdentifyCodec.ReadAsync(push, Patience)).Protocols);
    }

    [Fact]
    public async Task In_memory_addresses_are_told_in_memory_only()
    {
        var network = new MemoryNetwork();
        await using var here = new HostBuilder().UseTcp().UseMemory(network).Listen("/ip4/127.0.0.1/tcp/0", "/memory/here").Build();
        await here.StartAsync();
        var (tcp, memory) = (here.Addresses.Single(a => a.Has("tcp")), here.Addresses.Single(a => a.Has("memory")));
        foreach (var (dialed, expected) in new[] { (tcp, new[] { tcp }), (memory, new[] { tcp, memory }) })
        {
            await using var other = new HostBuilder().UseTcp().UseMemory(network).Build();
            await other.StartAsync();
            using var events = new EventLog(other);
            await other.ConnectAsync(dialed.WithPeerId(here.Id));
            await events.NextAsync<HostEvent.PeerIdentified>();
            Assert.Equal(expected.ToHashSet(), other.Peers.AddressesOf(here.Id).ToHashSet());
        }
    }

    [Fact]
    public async Task A_partial_push_changes_only_what_it_carries()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var there = new EventLog(two);
        await TestHosts.ConnectAsync(one, two);
        await there.NextAsync<HostEvent.PeerIdentified>();
        var protocols = two.Peers.ProtocolsOf(one.Id);
        await PushAsync(one, two, new IdentifyMessage { AgentVersion = "renamed/2" });
        await there.NextAsync<HostEvent.PeerIdentified>();
        Assert.Equal("renamed/2", two.Peers.InfoOf(one.Id)!.AgentVersion);
        Assert.Equal("ipfs/0.1.0", two.Peers.InfoOf(one.Id)!.ProtocolVersion);
        Assert.Equal(protocols, two.Peers.ProtocolsOf(one.Id));
        Assert.Equal(one.Addresses, two.Peers.AddressesOf(one.Id));
    }

    [Fact]
    public async Task A_push_under_another_key_changes_nothing()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var there = new EventLog(two);
        await TestHosts.ConnectAsync(one, two);
        await there.NextAsync<HostEvent.PeerIdentified>();
        var (key, _) = NewIdentity();
        await using var stream = await PushAsync(one, two, new IdentifyMessage { AgentVersion = "evil/1", PublicKey = ByteString.CopyFrom(key.PublicKey.ToProtobuf()) });
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[1], Patience));
        Assert.StartsWith("causeway/", two.Peers.InfoOf(one.Id)!.AgentVersion);
    }

    [Fact]
    public async Task A_record_of_someone_else_is_not_taken_and_plain_addresses_are()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var there = new EventLog(two);
        await TestHosts.ConnectAsync(one, two);
        await there.NextAsync<HostEvent.PeerIdentified>();
        var (key, peer) = NewIdentity();
        var plain = Address("/ip4/192.0.2.7/tcp/7");
        await PushAsync(one, two, new IdentifyMessage
        {
            SignedPeerRecord = ByteString.CopyFrom(new PeerRecord(peer, ulong.MaxValue, Addresses("/ip4/6.6.6.6/tcp/6")).Seal(key)),
            ListenAddrs = { ByteString.CopyFrom(plain.Bytes.Span), ByteString.CopyFrom(1, 2, 3) },
        });
        await there.NextAsync<HostEvent.PeerIdentified>();
        Assert.Contains(plain, two.Peers.AddressesOf(one.Id));
        Assert.Empty(two.Peers.AddressesOf(peer));
        Assert.DoesNotContain(Address("/ip4/6.6.6.6/tcp/6"), two.Peers.AddressesOf(one.Id));
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_identify_stays_connected()
    {
        var time = new ManualTimeProvider();
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync(b => b.UseTime(time));
        var two = await hosts.StartAsync();
        await TestHosts.ConnectAsync(one, two);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(one.Connections.IsConnected(two.Id));
    }

    [Fact]
    public void Records_of_one_host_have_rising_numbers_and_change_with_its_addresses()
    {
        var (key, peer) = NewIdentity();
        var time = new ManualTimeProvider();
        var addresses = Addresses("/ip4/1.1.1.1/tcp/1");
        var local = new LocalIdentity(key, peer, new IdentifyOptions(), () => addresses, () => ["/b", "/a"], time);
        var first = Read();
        Assert.Equal(first.SignedPeerRecord, Read().SignedPeerRecord);
        Assert.Equal(["/a", "/b"], first.Protocols);
        addresses = Addresses("/ip4/2.2.2.2/tcp/2");
        Assert.True(PeerRecord.TryOpen(first.SignedPeerRecord.Span, out var old, out _));
        Assert.True(PeerRecord.TryOpen(Read().SignedPeerRecord.Span, out var fresh, out _));
        Assert.True(fresh.Sequence > old.Sequence);
        Assert.Equal(addresses, fresh.Addresses);

        IdentifyMessage Read() => IdentifyMessage.Parser.ParseDelimitedFrom(new MemoryStream(local.MessageFor(Address("/ip4/9.9.9.9/tcp/9"))));
    }

    private static async Task<Libp2p.Streams.Libp2pStream> PushAsync(IHost from, IHost to, IdentifyMessage message)
    {
        var stream = await from.OpenStreamAsync(to.Id, [IdentifyService.PushProtocolId], Patience);
        await stream.WriteAsync(IdentifyCodec.Encode(message), completeWrites: true, Patience);
        return stream;
    }
}
