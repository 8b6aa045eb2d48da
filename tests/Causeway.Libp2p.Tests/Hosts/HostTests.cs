using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class HostTests
{
    private static readonly string[] Echo = ["/echo/1"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_hosts_connect_and_a_stream_carries_data_both_ways(bool tcp)
    {
        await using var hosts = new TestHosts(tcp);
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var echo = two.Handle("/echo/1", EchoAsync);
        var connection = await TestHosts.ConnectAsync(one, two);
        Assert.Equal(two.Id, connection.RemotePeer);
        Assert.Equal(ConnectionRole.Initiator, connection.Role);
        Assert.Equal(("/noise", "/yamux/1.0.0"), (connection.Security, connection.Muxer));
        await using var stream = await one.OpenStreamAsync(two.Id, Echo, Some.Patience);
        await stream.WriteAsync("hello"u8.ToArray(), completeWrites: true, Some.Patience);
        Assert.Equal("hello", await new StreamReader(stream).ReadToEndAsync(Some.Patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hosts_identify_each_other_and_learn_addresses_protocols_and_how_they_are_seen(bool tcp)
    {
        await using var hosts = new TestHosts(tcp);
        var one = await hosts.StartAsync(b => b.Configure(o => o with { Identify = new IdentifyOptions { AgentVersion = "one/1" } }));
        var two = await hosts.StartAsync();
        using var handler = one.Handle("/special/1", EchoAsync);
        using var events = new EventLog(one);
        using var others = new EventLog(two);
        var connection = await TestHosts.ConnectAsync(one, two);
        await events.NextAsync<HostEvent.PeerIdentified>();
        await others.NextAsync<HostEvent.PeerIdentified>();
        Assert.StartsWith("causeway/", one.Peers.InfoOf(two.Id)!.AgentVersion);
        Assert.Equal(new Libp2p.Peers.PeerInfo("one/1", "ipfs/0.1.0"), two.Peers.InfoOf(one.Id));
        Assert.Contains("/special/1", two.Peers.ProtocolsOf(one.Id));
        Assert.Contains(PingService.ProtocolId, two.Peers.ProtocolsOf(one.Id));
        Assert.Equal(one.Addresses, two.Peers.AddressesOf(one.Id));
        Assert.NotNull(two.Peers.SignedRecordOf(one.Id));
        Assert.Equal(connection.LocalAddress, connection.ObservedAddress);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ping_measures_round_trips(bool tcp)
    {
        await using var hosts = new TestHosts(tcp);
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        var ping = new PingService(one);
        Assert.True(await ping.PingAsync(two.Id, Some.Patience) > TimeSpan.Zero);
        var count = 0;
        await foreach (var roundTrip in ping.PingManyAsync(two.Id, TimeSpan.FromMilliseconds(1), Some.Patience))
        {
            Assert.True(roundTrip > TimeSpan.Zero);
            if (++count == 5) break;
        }
    }

    private static async Task EchoAsync(Libp2pStream stream, CancellationToken cancellationToken) => await stream.CopyToAsync(stream, cancellationToken);
}
