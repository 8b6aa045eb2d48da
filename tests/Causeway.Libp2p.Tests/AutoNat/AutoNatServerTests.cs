using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.AutoNat.Server;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Records;
using Causeway.Libp2p.Tests.Support;
using Causeway.Libp2p.Transports.WebSockets;
using Google.Protobuf;
using static Causeway.Libp2p.Tests.AutoNat.AutoNatNetwork;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

/// <summary>What servers do for, and against, those who ask.</summary>
public sealed class AutoNatServerTests : IAsyncDisposable
{
    private readonly AutoNatNetwork _network = new();

    [Theory]
    [InlineData("/ip4/192.168.1.1/tcp/4001")]
    [InlineData("/ip4/127.0.0.1/tcp/4001")]
    [InlineData("/ip4/0.0.0.0/tcp/4001")]
    [InlineData("/ip4/169.254.1.1/tcp/4001")]
    [InlineData("/ip4/30.0.0.1/udp/4001")]
    [InlineData("/ip6/2a00::1/tcp/4001")] // a family that this server has not
    [InlineData("/dns4/victim.example/tcp/4001")]
    [InlineData("/ip4/30.0.0.1/tcp/4001/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N/p2p-circuit")]
    [InlineData(null)]
    public async Task Version_2_refuses_what_must_not_be_dialed(string? address)
    {
        var (client, server, machine) = await PairAsync();
        var response = (await AskV2Async(client, server, address is null ? [] : [address])).DialResponse;
        Assert.Equal(ResponseStatus.RequestRefused, response.Status);
        Assert.Empty(DialedBy(machine));
    }

    [Fact]
    public void Nothing_is_fetched_from_web_servers_for_others()
    {
        var hosts = new DialBackHosts([new WebSocketTransport()], new AutoNatOptions(), Standing, HasFamily);
        Assert.True(hosts.CanDial(Address("/ip4/30.0.0.1/tcp/80/ws")));
        Assert.False(hosts.CanDial(Address("/ip4/30.0.0.1/tcp/80/ws/http-path/admin%2Fdelete")));
    }

    [Fact]
    public async Task Version_2_dials_the_first_address_that_it_can_and_no_other()
    {
        var (client, server, machine) = await PairAsync();
        var response = (await AskV2Async(client, server, "/ip4/10.0.0.1/tcp/1", "/ip4/30.0.0.1/tcp/4002", "/ip4/30.0.0.1/tcp/4001")).DialResponse;
        Assert.Equal((ResponseStatus.Completed, 1u, DialStatus.DialError), (response.Status, response.AddrIdx, response.DialStatus));
        Assert.Equal(Addresses("/ip4/30.0.0.1/tcp/4002"), DialedBy(machine));
    }

    [Fact]
    public async Task Version_2_says_when_the_nonce_did_not_arrive()
    {
        var (client, server, _) = await PairAsync();
        var response = (await AskV2Async(client, server, "/ip4/30.0.0.1/tcp/4001")).DialResponse;
        Assert.Equal((ResponseStatus.Completed, DialStatus.DialBackError), (response.Status, response.DialStatus));
    }

    [Fact]
    public async Task Another_ip_address_is_dialed_only_for_thirty_thousand_bytes_or_more()
    {
        var (client, server, machine) = await PairAsync();
        await using (var stream = await AskAsync(client, server, AutoNatProtocol.DialRequest))
        {
            await SendAsync(stream, Request("/ip4/40.0.0.1/tcp/4001"));
            var wanted = (await ReadAsync(stream)).DialDataRequest.NumBytes;
            Assert.InRange(wanted, 30_000ul, 100_000ul);
            for (var sent = 0ul; sent + 4096 < wanted; sent += 4096) await SendAsync(stream, Data(4096));
            Assert.Empty(DialedBy(machine));
            await SendAsync(stream, Data(4096));
            Assert.Equal(DialStatus.DialError, (await ReadAsync(stream)).DialResponse.DialStatus);
        }

        Assert.Equal(Addresses("/ip4/40.0.0.1/tcp/4001"), DialedBy(machine));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public async Task Data_in_crumbs_ends_the_request(int size)
    {
        var (client, server, machine) = await PairAsync();
        await using var stream = await AskAsync(client, server, AutoNatProtocol.DialRequest);
        await SendAsync(stream, Request("/ip4/40.0.0.1/tcp/4001"));
        _ = await ReadAsync(stream);
        await SendAsync(stream, Data(size));
        await Assert.ThrowsAsync<Libp2pException>(() => ReadAsync(stream));
        Assert.Empty(DialedBy(machine));
    }

    [Fact]
    public async Task A_client_that_never_sends_its_data_causes_no_dial()
    {
        var (client, server, machine) = await PairAsync();
        await using (var stream = await AskAsync(client, server, AutoNatProtocol.DialRequest))
        {
            await SendAsync(stream, Request("/ip4/40.0.0.1/tcp/4001"));
            _ = await ReadAsync(stream);
            stream.CompleteWrites();
            await Assert.ThrowsAsync<Libp2pException>(() => ReadAsync(stream));
        }

        Assert.Empty(DialedBy(machine));
    }

    [Fact]
    public async Task A_flood_of_requests_is_rejected_beyond_the_limit_per_peer()
    {
        var (client, server, machine) = await PairAsync(new AutoNatServerOptions { RequestsPerMinuteAndPeer = 5, MaxDialDelay = TimeSpan.Zero });
        var statuses = new List<ResponseStatus>();
        for (var i = 0; i < 50; i++) statuses.Add((await AskV2Async(client, server, "/ip4/30.0.0.1/tcp/4002")).DialResponse.Status);
        Assert.Equal(5, statuses.Count(status => status == ResponseStatus.Completed));
        Assert.Equal(45, statuses.Count(status => status == ResponseStatus.RequestRejected));
        Assert.Equal(5, DialedBy(machine).Count);
    }

    [Fact]
    public async Task A_crowd_of_peers_at_one_address_shares_its_limit()
    {
        var (_, server, machine) = await PairAsync(new AutoNatServerOptions { RequestsPerMinuteAndAddress = 6, MaxDialDelay = TimeSpan.Zero });
        var nat = new SimulatedNat("50.0.0.1");
        for (var i = 1; i <= 5; i++)
        {
            var client = await _network.StartAsync(_network.Internet.Machine($"192.168.1.{i}", nat));
            for (var n = 0; n < 3; n++) _ = await AskV2Async(client, server, "/ip4/50.0.0.1/tcp/4002");
        }

        Assert.Equal(6, DialedBy(machine).Count);
    }

    [Fact]
    public async Task Version_1_dials_nobody_but_the_client_whatever_addresses_it_names()
    {
        var (client, server, machine) = await PairAsync();
        var response = await AskV1Async(client, server, client.Id.Bytes, "/ip4/40.0.0.1/tcp/4002", "/ip4/10.0.0.1/tcp/4003", "/dns4/victim.example/tcp/4004", "/ip6/2a00::1/tcp/4005");
        Assert.Equal(AutoNatStatus.Ok, response.Status);
        Assert.All(DialedBy(machine), address => Assert.StartsWith("/ip4/30.0.0.1/", address.ToString(), StringComparison.Ordinal));
        Assert.Equal(Address("/ip4/30.0.0.1/tcp/4001"), Multiformats.Multiaddress.FromBytes(response.Addr.Span));
    }

    [Fact]
    public async Task Version_1_refuses_requests_about_other_peers_and_from_private_addresses()
    {
        var (client, server, machine) = await PairAsync();
        Assert.Equal(AutoNatStatus.BadRequest, (await AskV1Async(client, server, server.Id.Bytes, "/ip4/30.0.0.1/tcp/4001")).Status);
        var neighbour = await _network.StartAsync(_network.Internet.Machine("192.168.1.5"));
        Assert.Equal(AutoNatStatus.DialRefused, (await AskV1Async(neighbour, server, neighbour.Id.Bytes, "/ip4/30.0.0.1/tcp/4001")).Status);
        Assert.Empty(DialedBy(machine));
    }

    [Fact]
    public async Task Version_1_refuses_a_flood()
    {
        var (client, server, machine) = await PairAsync(new AutoNatServerOptions { RequestsPerMinuteAndPeer = 3 });
        var statuses = new List<AutoNatStatus>();
        for (var i = 0; i < 20; i++) statuses.Add((await AskV1Async(client, server, client.Id.Bytes)).Status);
        Assert.Equal(3, statuses.Count(status => status == AutoNatStatus.Ok));
        Assert.Equal(17, statuses.Count(status => status == AutoNatStatus.DialRefused));
        Assert.Equal(3, DialedBy(machine).Count);
    }

    [Theory]
    [InlineData(AutoNatProtocol.V1)]
    [InlineData(AutoNatProtocol.DialRequest)]
    public async Task Arbitrary_bytes_end_in_an_answer_or_a_reset(string protocol)
    {
        var (client, server, _) = await PairAsync(new AutoNatServerOptions
        {
            RequestsPerMinute = int.MaxValue,
            RequestsPerMinuteAndAddress = int.MaxValue,
            RequestsPerMinuteAndPeer = int.MaxValue,
            MaxDialDelay = TimeSpan.Zero,
        });
        var good = protocol == AutoNatProtocol.V1
            ? DelimitedMessages.Encode(V1Request(client.Id.Bytes, "/ip4/30.0.0.1/tcp/4002"))
            : DelimitedMessages.Encode(Request("/ip4/10.0.0.1/tcp/4002", "/ip4/10.0.0.1/tcp/4003"));
        var random = new Random(7);
        for (var i = 0; i < Soak.Count(200, 20_000); i++)
        {
            await using var stream = await AskAsync(client, server, protocol);
            try
            {
                await stream.WriteAsync(SignedEnvelopeTests.Mutate(good, random), completeWrites: true, Patience);
                await stream.CopyToAsync(Stream.Null, Patience);
            }
            catch (Libp2pException)
            {
                // Reset.
            }
        }

        await AskAsync(client, server, protocol);
    }

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    private static DialMessage Request(params string[] addresses)
    {
        var request = new DialRequest { Nonce = 42 };
        request.Addrs.AddRange(addresses.Select(static text => ByteString.CopyFrom(Address(text).Bytes.Span)));
        return new DialMessage { DialRequest = request };
    }

    private static AutoNatMessage V1Request(ReadOnlyMemory<byte> peer, params string[] addresses)
    {
        var client = new AutoNatPeer { Id = ByteString.CopyFrom(peer.Span) };
        client.Addrs.AddRange(addresses.Select(static text => ByteString.CopyFrom(Address(text).Bytes.Span)));
        return new AutoNatMessage { Type = AutoNatType.Dial, Dial = new AutoNatDial { Peer = client } };
    }

    private static DialMessage Data(int size) => new() { DialDataResponse = new DialDataResponse { Data = ByteString.CopyFrom(new byte[size]) } };

    private static ValueTask SendAsync(Libp2pStream stream, DialMessage message) => DelimitedMessages.WriteAsync(stream, message, completeWrites: false, Patience);

    private static Task<DialMessage> ReadAsync(Libp2pStream stream) =>
        DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, Patience).AsTask();

    private static async Task<DialMessage> AskV2Async(IHost client, IHost server, params string[] addresses)
    {
        await using var stream = await AskAsync(client, server, AutoNatProtocol.DialRequest);
        await SendAsync(stream, Request(addresses));
        return await ReadAsync(stream);
    }

    private static async Task<AutoNatDialResponse> AskV1Async(IHost client, IHost server, ReadOnlyMemory<byte> peer, params string[] addresses)
    {
        await using var stream = await AskAsync(client, server, AutoNatProtocol.V1);
        await DelimitedMessages.WriteAsync(stream, V1Request(peer, addresses), completeWrites: true, Patience);
        return (await DelimitedMessages.ReadAsync(stream, AutoNatMessage.Parser, AutoNatProtocol.MaxMessage, Patience)).DialResponse;
    }

    private async Task<(IHost Client, IHost Server, SimulatedMachine Machine)> PairAsync(AutoNatServerOptions? limits = null)
    {
        var (server, machine) = await _network.ServerAsync("20.0.1.1", limits);
        return (await _network.StartAsync(_network.Internet.Machine("30.0.0.1")), server, machine);
    }
}
