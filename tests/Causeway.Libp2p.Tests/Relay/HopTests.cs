using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>What the relay service answers.</summary>
public sealed class HopTests
{
    [Fact]
    public async Task A_reservation_comes_with_its_end_its_addresses_its_limits_and_a_voucher()
    {
        await using var net = new RelayNet();
        var time = new ManualTimeProvider();
        var (relay, service) = await net.RelayAsync(time: time);
        var client = await net.Hosts.StartAsync(listen: false);
        var answer = await RelayNet.ReserveAsync(await TestHosts.ConnectAsync(client, relay));
        Assert.Equal(RelayStatus.Ok, answer.Status);
        var expires = time.GetUtcNow().AddHours(1);
        Assert.Equal((ulong)expires.ToUnixTimeSeconds(), answer.Reservation.Expire);
        Assert.Equal([RelayNet.AddressOf(relay)], answer.Reservation.Addrs.Select(static a => Multiaddress.FromBytes(a.Span)));
        Assert.Equal((120u, 131072UL), (answer.Limit.Duration, answer.Limit.Data));
        Assert.True(ReservationVoucher.TryOpen(answer.Reservation.Voucher.Span, out var voucher));
        Assert.Equal(new ReservationVoucher(relay.Id, client.Id, expires), voucher);
        Assert.Equal(1, service.ReservationCount);
    }

    [Fact]
    public async Task A_relay_without_limits_tells_of_none()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync(o => o with { Limit = null });
        var client = await net.Hosts.StartAsync(listen: false);
        Assert.Null((await RelayNet.ReserveAsync(await TestHosts.ConnectAsync(client, relay))).Limit);
    }

    [Fact]
    public async Task A_second_reservation_renews_the_first()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync(o => o with { MaxReservations = 1 });
        var client = await net.Hosts.StartAsync(listen: false);
        var connection = await TestHosts.ConnectAsync(client, relay);
        Assert.Equal(RelayStatus.Ok, (await RelayNet.ReserveAsync(connection)).Status);
        Assert.Equal(RelayStatus.Ok, (await RelayNet.ReserveAsync(connection)).Status);
        Assert.Equal(1, service.ReservationCount);
        var other = await net.Hosts.StartAsync(listen: false);
        Assert.Equal(RelayStatus.ReservationRefused, (await RelayNet.ReserveAsync(await TestHosts.ConnectAsync(other, relay))).Status);
    }

    [Fact]
    public async Task A_reservation_is_lost_with_the_connection()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var client = await net.Hosts.StartAsync(listen: false);
        var connection = await TestHosts.ConnectAsync(client, relay);
        await RelayNet.ReserveAsync(connection);
        await connection.CloseAsync(Patience);
        await Eventually.HoldsAsync(() => service.ReservationCount == 0);
    }

    [Fact]
    public async Task A_peer_that_has_gone_before_it_is_answered_holds_no_reservation()
    {
        await using var net = new RelayNet();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IHost? self = null;
        EventLog? events = null;
        var (relay, service) = await net.RelayAsync(o => o with
        {
            AllowReservation = (peer, _) =>
            {
                foreach (var connection in self!.Connections.To(peer)) connection.Abort(new InvalidOperationException("gone"));
                events!.NextAsync<HostEvent.ConnectionClosed>().Wait(Patience);
                gone.SetResult();
                return true;
            },
        });
        self = relay;
        using var log = events = new EventLog(relay);
        var client = await net.Hosts.StartAsync(listen: false);
        await Assert.ThrowsAnyAsync<IOException>(async () => await RelayNet.ReserveAsync(await TestHosts.ConnectAsync(client, relay)));
        await gone.Task.WaitAsync(Patience);
        await Eventually.HoldsAsync(() => service.ReservationCount == 0);
    }

    [Fact]
    public async Task A_reservation_ends_with_its_time()
    {
        await using var net = new RelayNet();
        var time = new ManualTimeProvider();
        var (relay, service) = await net.RelayAsync(time: time);
        var client = await net.Hosts.StartAsync(listen: false);
        var dialer = await net.Hosts.StartAsync(listen: false);
        await RelayNet.ReserveAsync(await TestHosts.ConnectAsync(client, relay));
        time.Advance(TimeSpan.FromHours(1));
        var answer = await RelayNet.CircuitAsync(await TestHosts.ConnectAsync(dialer, relay), client.Id);
        Assert.Equal(RelayStatus.NoReservation, answer.Status);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, service.ReservationCount);
    }

    [Fact]
    public async Task Nothing_is_relayed_to_a_peer_without_a_reservation()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var target = await net.Hosts.StartAsync();
        var dialer = await net.Hosts.StartAsync(listen: false);
        await TestHosts.ConnectAsync(target, relay);
        Assert.Equal(RelayStatus.NoReservation, (await RelayNet.CircuitAsync(await TestHosts.ConnectAsync(dialer, relay), target.Id)).Status);
    }

    [Fact]
    public async Task A_target_that_does_not_speak_the_stop_protocol_fails_the_circuit()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var target = await net.Hosts.StartAsync(listen: false);
        var dialer = await net.Hosts.StartAsync(listen: false);
        await RelayNet.ReserveAsync(await TestHosts.ConnectAsync(target, relay));
        Assert.Equal(RelayStatus.ConnectionFailed, (await RelayNet.CircuitAsync(await TestHosts.ConnectAsync(dialer, relay), target.Id)).Status);
        await Eventually.HoldsAsync(() => service.CircuitCount == 0);
    }

    [Fact]
    public async Task A_peer_gets_as_many_circuits_as_it_may_have()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync(o => o with { MaxCircuitsPerPeer = 1 });
        var one = await net.ReservedAsync(relay);
        var two = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        var circuit = await dialer.ConnectAsync(RelayNet.Through(relay, one), Patience);
        var toRelay = dialer.Connections.To(relay.Id)[0];
        Assert.Equal(RelayStatus.ResourceLimitExceeded, (await RelayNet.CircuitAsync(toRelay, two.Id)).Status);
        await circuit.CloseAsync(Patience);
        await Eventually.HoldsAsync(() => service.CircuitCount == 0);
        await using var stream = await RelayNet.EchoAsync(await dialer.ConnectAsync(RelayNet.Through(relay, two), Patience));
    }

    [Fact]
    public async Task The_owner_decides_who_reserves_and_who_connects()
    {
        await using var net = new RelayNet();
        PeerId? denied = null;
        var (relay, _) = await net.RelayAsync(o => o with
        {
            AllowReservation = (peer, _) => !peer.Equals(denied),
            AllowCircuit = (peer, _, _) => !peer.Equals(denied),
        });
        var hidden = await net.ReservedAsync(relay);
        var client = await net.Hosts.StartAsync(listen: false);
        denied = client.Id;
        var connection = await TestHosts.ConnectAsync(client, relay);
        Assert.Equal(RelayStatus.PermissionDenied, (await RelayNet.ReserveAsync(connection)).Status);
        Assert.Equal(RelayStatus.PermissionDenied, (await RelayNet.CircuitAsync(connection, hidden.Id)).Status);
    }

    [Fact]
    public async Task Nothing_is_reserved_or_relayed_over_a_relayed_connection()
    {
        await using var net = new RelayNet();

        // The service sees the client come through another relay.
        var (outer, _) = await net.RelayAsync();
        var inner = await net.Hosts.StartAsync(builder => builder.UseCircuitRelay().UseRelayClient(o => o with { Relays = [RelayNet.AddressOf(outer)] }), listen: false);
        await RelayNet.HasAddressAsync(inner);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(outer, inner), Patience);
        Assert.True(connection.IsRelayed);
        Assert.Equal(RelayStatus.PermissionDenied, (await RelayNet.ReserveAsync(connection)).Status);
        Assert.Equal(RelayStatus.PermissionDenied, (await RelayNet.CircuitAsync(connection, outer.Id)).Status);
    }

    [Fact]
    public async Task What_makes_no_sense_is_answered_with_its_code()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var client = await net.Hosts.StartAsync(listen: false);
        var connection = await TestHosts.ConnectAsync(client, relay);
        Assert.Equal(RelayStatus.MalformedMessage, (await RelayNet.AskAsync(connection, new HopMessage())).Status);
        Assert.Equal(RelayStatus.UnexpectedMessage, (await RelayNet.AskAsync(connection, RelayMessages.HopStatus(RelayStatus.Ok))).Status);
        var nobody = new HopMessage { Type = HopMessage.Types.Type.Connect };
        Assert.Equal(RelayStatus.MalformedMessage, (await RelayNet.AskAsync(connection, nobody)).Status);
        Assert.Equal(RelayStatus.PermissionDenied, (await RelayNet.CircuitAsync(connection, client.Id)).Status);
        await using var stream = await connection.OpenStreamAsync([CircuitRelay.ProtocolId], Patience);
        await stream.WriteAsync(new byte[] { 0xff, 0xff, 0xff }, Patience);
        Assert.Equal(RelayStatus.MalformedMessage, (await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, Patience)).Status);
    }

    [Fact]
    public async Task A_flood_of_reservations_leaves_as_many_as_there_may_be()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync(o => o with { MaxReservations = 20 });
        var clients = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => net.Hosts.StartAsync(listen: false)));
        var statuses = await Task.WhenAll(clients.Select(async client =>
        {
            var connection = await TestHosts.ConnectAsync(client, relay);
            var status = RelayStatus.Unused;
            for (var i = 0; i < 5; i++) status = (await RelayNet.ReserveAsync(connection)).Status;
            return status;
        }));
        Assert.Equal(20, statuses.Count(static status => status == RelayStatus.Ok));
        Assert.Equal(20, statuses.Count(static status => status == RelayStatus.ReservationRefused));
        Assert.Equal(20, service.ReservationCount);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        await Eventually.HoldsAsync(() => service.ReservationCount == 0);
    }
}
