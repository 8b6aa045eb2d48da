using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Discovery;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Records;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Connections;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using Google.Protobuf;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>How a host finds relays, keeps its reservations and gives them up.</summary>
public sealed class RelayClientTests
{
    [Fact]
    public async Task A_connected_peer_that_relays_is_used_without_being_named()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var hidden = await net.HiddenAsync(static o => o);
        await TestHosts.ConnectAsync(hidden, relay);
        Assert.Equal(RelayNet.Through(relay, hidden).Decapsulate("p2p"), await RelayNet.HasAddressAsync(hidden));
        Assert.Equal(1, service.ReservationCount);
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("right", true)]
    [InlineData("a second short", true)]
    [InlineData("too short", false)]
    [InlineData("for another", false)]
    [InlineData("of another", false)]
    [InlineData("named another", false)]
    [InlineData("spoiled", false)]
    [InlineData("other purpose", false)]
    [InlineData("other type", false)]
    [InlineData("empty", false)]
    public async Task A_reservation_whose_voucher_is_wrong_is_none_and_that_is_said(string voucher, bool isTaken)
    {
        await using var net = new RelayNet();
        var log = new TestLog();
        var (relayKey, _) = NewIdentity();
        var (otherKey, other) = NewIdentity();
        var relay = await net.Hosts.StartAsync(builder => builder.WithIdentity(relayKey));
        var expires = DateTimeOffset.FromUnixTimeSeconds(4_000_000_000);
        relay.Handle(CircuitRelay.ProtocolId, async (stream, token) =>
        {
            await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, token);
            var right = new ReservationVoucher(relay.Id, stream.Connection.RemotePeer, expires);
            var bytes = voucher switch
            {
                "none" => null,
                "a second short" => (right with { Expires = expires - TimeSpan.FromSeconds(1) }).Seal(relayKey),
                "too short" => (right with { Expires = expires - TimeSpan.FromSeconds(2) }).Seal(relayKey),
                "for another" => (right with { Peer = other }).Seal(relayKey),
                "of another" => (right with { Relay = other }).Seal(otherKey),
                "named another" => (right with { Relay = other }).Seal(relayKey),
                "other purpose" => Resealed("libp2p-peer-record", [0x03, 0x02]),
                "other type" => Resealed("libp2p-relay-rsvp", [0x03, 0x01]),
                "empty" => [],
                _ => right.Seal(relayKey),
            };
            if (voucher == "spoiled") bytes![^1] ^= 1;
            var reservation = new ReservationMessage { Expire = (ulong)expires.ToUnixTimeSeconds() };
            if (bytes is not null) reservation.Voucher = ByteString.CopyFrom(bytes);
            await DelimitedMessages.WriteAsync(stream, new HopMessage { Type = HopMessage.Types.Type.Status, Status = RelayStatus.Ok, Reservation = reservation }, token);

            byte[] Resealed(string domain, ReadOnlySpan<byte> type)
            {
                Assert.True(SignedEnvelope.TryOpen(right.Seal(relayKey), "libp2p-relay-rsvp", out var opened));
                return SignedEnvelope.Seal(relayKey, domain, type, opened.Payload.Span);
            }
        });
        var hidden = await net.Hosts.StartAsync(
            builder => builder.UseLogging(log).UseRelayClient(options => options with { Relays = [RelayNet.AddressOf(relay)] }), listen: false);
        await log.LoggedAsync(isTaken ? 1810 : 1815);
        if (isTaken) await RelayNet.HasAddressAsync(hidden);
        else Assert.DoesNotContain(hidden.Addresses, static address => address.IsRelayed);
        Assert.Equal(isTaken, log.Of(1815).Count == 0);
    }

    [Fact]
    public async Task Nobody_is_asked_where_a_relay_is_that_somebody_has_named()
    {
        await using var net = new RelayNet();
        var routing = new Unknowing();
        var dialer = await net.Hosts.StartAsync(
            builder => builder.UseRelayClient(static options => options with { Reservations = 0 }).Use(_ => routing), listen: false);
        var target = NewPeer();
        dialer.Peers.AddAddresses(target, Addresses($"/p2p/{NewPeer()}/p2p-circuit"), AddressLifetime.Hearsay);
        var options = new ConnectOptions { UseRouting = false };
        Assert.Equal(Libp2pError.NoAddress, (await Assert.ThrowsAsync<Libp2pException>(() => dialer.ConnectAsync(target, options, Patience).AsTask())).Error);
        Assert.Equal(0, routing.Asked);
    }

    [Fact]
    public async Task A_relay_whose_name_leads_to_another_relay_is_not_dialed()
    {
        await using var net = new RelayNet();
        var (target, relay, other) = (NewPeer(), NewPeer(), NewPeer());
        var names = new FakeNames().Text("_dnsaddr.relay.example", $"dnsaddr=/memory/nobody/p2p/{other}/p2p-circuit/p2p/{relay}");
        var dialer = await net.Hosts.StartAsync(
            builder => builder.UseNameResolver(names).UseRelayClient(static options => options with { Reservations = 0 }), listen: false);
        var address = Address($"/dnsaddr/relay.example/p2p/{relay}/p2p-circuit/p2p/{target}");
        Assert.Equal(Libp2pError.NoAddress, (await Assert.ThrowsAsync<Libp2pException>(() => dialer.ConnectAsync(address, Patience).AsTask())).Error);
    }

    [Fact]
    public async Task Circuits_through_one_relay_share_the_connection_to_it()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var hidden = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => net.ReservedAsync(relay)));
        var dialer = await net.DialerAsync();
        await Task.WhenAll(hidden.Select(target => dialer.ConnectAsync(RelayNet.Through(relay, target), Patience).AsTask()));
        Assert.Single(dialer.Connections.To(relay.Id));
    }

    [Fact]
    public async Task A_relay_that_is_listened_on_by_name_is_used_even_by_a_public_host()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var (second, other) = await net.RelayAsync();
        var host = await net.Hosts.StartAsync(
            builder => builder.Listen(RelayNet.AddressOf(relay).Encapsulate(Address("/p2p-circuit"))).UseRelayClient(static options => options with { ReservationsBehindRouter = 0 }), listen: false);
        await RelayNet.HasAddressAsync(host);
        host.SetReachability(Reachability.Public);
        await TestHosts.ConnectAsync(host, second);
        await RelayNet.HasAddressAsync(host, static addresses => addresses.Count == 1);
        Assert.Equal((1, 0), (service.ReservationCount, other.ReservationCount));
    }

    [Fact]
    public async Task Reservations_are_renewed_before_they_end()
    {
        await using var net = new RelayNet();
        var time = new RescheduledTime();
        var asked = 0;
        var (relay, service) = await net.RelayAsync(o => o with { AllowReservation = (_, _) => Interlocked.Increment(ref asked) > 0 }, time);
        var hidden = await net.ReservedAsync(relay, time);
        for (var granted = 1; granted <= 4; granted++)
        {
            // The timer is set when the answer is there. The clock goes on to it and no further: a request must not see its time run out.
            var wait = await time.NextAsync(longerThan: TimeSpan.FromMinutes(30));
            Assert.InRange(wait, TimeSpan.FromMinutes(42), TimeSpan.FromMinutes(48));
            Assert.Equal((granted, 1), (Volatile.Read(ref asked), service.ReservationCount));
            Assert.Contains(hidden.Addresses, static address => address.IsRelayed);
            time.Advance(wait);
        }
    }

    [Fact]
    public async Task A_lost_relay_is_replaced_by_another()
    {
        await using var net = new RelayNet();
        var (first, _) = await net.RelayAsync();
        var (second, service) = await net.RelayAsync();
        var hidden = await net.HiddenAsync(o => o with { Reservations = 1, Relays = [RelayNet.AddressOf(first)] });
        await RelayNet.HasAddressAsync(hidden);
        await TestHosts.ConnectAsync(hidden, second);
        Assert.Equal(0, service.ReservationCount);
        await first.DisposeAsync();
        await RelayNet.HasAddressAsync(hidden, addresses => addresses is [var only] && only.ToString().Contains(second.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal(1, service.ReservationCount);
    }

    [Fact]
    public async Task A_refusal_is_respected_and_the_next_relay_is_asked()
    {
        await using var net = new RelayNet();
        var asked = 0;
        var (mean, _) = await net.RelayAsync(o => o with { AllowReservation = (_, _) => Interlocked.Increment(ref asked) < 0 });
        var (kind, _) = await net.RelayAsync();
        var hidden = await net.HiddenAsync(o => o with { Reservations = 1, Relays = [RelayNet.AddressOf(mean)] });
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked) == 1);
        await TestHosts.ConnectAsync(hidden, kind);
        await RelayNet.HasAddressAsync(hidden, addresses => addresses is [var only] && only.ToString().Contains(kind.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_host_that_turns_out_to_be_public_gives_its_relays_up_and_takes_them_back()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var hidden = await net.HiddenAsync(options => options with { Relays = [RelayNet.AddressOf(relay)], ReservationsBehindRouter = 0 });
        await RelayNet.HasAddressAsync(hidden);
        hidden.SetReachability(Reachability.Public);
        await RelayNet.HasAddressAsync(hidden, static addresses => addresses.Count == 0);
        hidden.SetReachability(Reachability.Private);
        await RelayNet.HasAddressAsync(hidden);
    }

    [Fact]
    public async Task A_host_that_others_reach_at_its_routers_address_keeps_one_relay()
    {
        await using var net = new RelayNet();
        var (first, _) = await net.RelayAsync();
        var (second, _) = await net.RelayAsync();
        var hidden = await net.HiddenAsync(options => options with { Relays = [RelayNet.AddressOf(first), RelayNet.AddressOf(second)] });
        await RelayNet.HasAddressAsync(hidden, static addresses => addresses.Count == 2);
        hidden.SetAddresses("observed", [Address("/ip4/45.77.0.2/tcp/4001")]);
        hidden.SetReachability(Reachability.Public);
        await RelayNet.HasAddressAsync(hidden, static addresses => addresses.Count == 1);
    }

    [Fact]
    public async Task While_it_is_unknown_whether_a_host_is_public_it_may_wait()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var hidden = await net.HiddenAsync(o => o with { ReserveWhenUnknown = false, Relays = [RelayNet.AddressOf(relay)] });
        await TestHosts.ConnectAsync(hidden, relay);
        Assert.Equal(0, service.ReservationCount);
        hidden.SetReachability(Reachability.Private);
        await RelayNet.HasAddressAsync(hidden);
    }

    [Fact]
    public async Task Relays_are_looked_for_where_none_is_at_hand()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var source = new Source(relay);
        var hidden = await net.HiddenAsync(o => o with { Source = source });
        hidden.Peers.AddAddresses(relay.Id, relay.Addresses, TimeSpan.FromHours(1));
        source.Open.SetResult();
        await RelayNet.HasAddressAsync(hidden);
    }

    [Fact]
    public async Task A_circuit_from_a_peer_that_is_no_relay_of_ours_is_refused()
    {
        await using var net = new RelayNet();
        var stranger = await net.Hosts.StartAsync();
        var (relay, _) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay);
        var connection = await TestHosts.ConnectAsync(hidden, stranger);
        await Eventually.HoldsAsync(() => stranger.Connections.IsConnected(hidden.Id));
        Assert.Equal(RelayStatus.PermissionDenied, await StopAsync(stranger, hidden.Id, StopMessage.Types.Type.Connect, NewPeer()));
        Assert.Equal(RelayStatus.PermissionDenied, await StopAsync(relay, hidden.Id, StopMessage.Types.Type.Connect, hidden.Id));
        Assert.Equal(RelayStatus.MalformedMessage, await StopAsync(relay, hidden.Id, StopMessage.Types.Type.Connect, null));
        Assert.Equal(RelayStatus.UnexpectedMessage, await StopAsync(relay, hidden.Id, StopMessage.Types.Type.Status, NewPeer()));
        Assert.False(connection.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_relay_that_lies_about_who_connects_gains_nothing()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay);
        var claimed = NewPeer();
        await using var stream = await relay.Connections.To(hidden.Id)[0].OpenStreamAsync([Libp2p.Relay.Client.CircuitTransport.ProtocolId], Patience);
        await DelimitedMessages.WriteAsync(stream, new StopMessage { Type = StopMessage.Types.Type.Connect, Peer = RelayMessages.Peer(claimed) }, Patience);
        Assert.Equal(RelayStatus.Ok, (await DelimitedMessages.ReadAsync(stream, StopMessage.Parser, Patience)).Status);
        await stream.WriteAsync(new byte[1000], completeWrites: true, Patience);
        await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(Stream.Null, Patience));
        Assert.False(hidden.Connections.IsConnected(claimed));
    }

    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/1")]
    [InlineData("/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit")]
    public void A_relay_needs_a_peer_ID_and_no_other_relay(string address) =>
        Assert.Throws<ArgumentException>(() => new HostBuilder().UseRelayClient(o => o with { Relays = [Address(address)] }));

    [Fact]
    public async Task The_relay_client_alone_does_not_take_TCP_away()
    {
        await using var host = new HostBuilder().UseRelayClient().Listen("/ip4/127.0.0.1/tcp/0").Build();
        await host.StartAsync(Patience);
        Assert.True(Assert.Single(host.Addresses).Has("tcp"));
    }

    private static async Task<RelayStatus> StopAsync(IHost relay, PeerId target, StopMessage.Types.Type type, PeerId? source)
    {
        await using var stream = await relay.Connections.To(target)[0].OpenStreamAsync([Libp2p.Relay.Client.CircuitTransport.ProtocolId], Patience);
        var request = new StopMessage { Type = type, Peer = source is null ? null : RelayMessages.Peer(source) };
        await DelimitedMessages.WriteAsync(stream, request, Patience);
        return (await DelimitedMessages.ReadAsync(stream, StopMessage.Parser, Patience)).Status;
    }

    private sealed class Source(IHost relay) : IRelaySource
    {
        public TaskCompletionSource Open { get; } = new();

        public async ValueTask<IReadOnlyList<PeerId>> FindRelaysAsync(int count, CancellationToken cancellationToken)
        {
            await Open.Task.WaitAsync(cancellationToken);
            return [relay.Id];
        }
    }

    private sealed class Unknowing : IHostComponent, IPeerRouting
    {
        private int _asked;

        public int Asked => _asked;

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask<IReadOnlyList<Multiaddress>> FindPeerAsync(PeerId peer, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return new([]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
