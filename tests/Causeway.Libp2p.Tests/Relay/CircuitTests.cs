using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Connections through a relay, end to end.</summary>
public sealed class CircuitTests
{
    private static readonly ConnectOptions Limited = new() { AllowLimited = true };

    [Fact]
    public async Task A_peer_that_nobody_can_dial_is_reached_through_its_relay()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        Assert.Equal(RelayNet.Through(relay, hidden).Decapsulate("p2p").ToString(), hidden.Addresses.Single().ToString());

        var connection = await dialer.ConnectAsync(hidden.Addresses[0].WithPeerId(hidden.Id), Patience);
        Assert.Equal(hidden.Id, connection.RemotePeer);
        Assert.True(connection is { IsRelayed: true, IsLimited: true });
        await using (await RelayNet.EchoAsync(connection)) Assert.Equal(1, service.CircuitCount);

        var back = await InboundAsync(hidden, dialer.Id);
        Assert.True(back is { IsRelayed: true, IsLimited: true });
        Assert.Equal(RelayNet.AddressOf(relay).Encapsulate(Address("/p2p-circuit")), back.RemoteAddress);
        await connection.CloseAsync(Patience);
        await back.Closed.WaitAsync(Patience);
        await Eventually.HoldsAsync(() => service.CircuitCount == 0);
    }

    [Fact]
    public async Task An_address_from_the_peer_store_has_lost_its_peer_and_is_dialed_all_the_same()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        dialer.Peers.AddAddresses(hidden.Id, hidden.Addresses, AddressLifetime.Permanent);
        Assert.Equal(hidden.Id, (await dialer.ConnectAsync(hidden.Id, Patience)).RemotePeer);
    }

    [Fact]
    public async Task Only_protocols_that_opt_in_run_over_a_limited_circuit()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay, allowLimited: false);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        var refused = await Assert.ThrowsAsync<Libp2pException>(() => dialer.OpenStreamAsync(hidden.Id, [RelayNet.Echo], Patience).AsTask());
        Assert.Equal(Libp2pError.LimitedConnection, refused.Error);
        await using var stream = await dialer.OpenStreamAsync(hidden.Id, [RelayNet.Echo], Limited, Patience);
        await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            await stream.WriteAsync(new byte[1], Patience);
            _ = await stream.ReadAsync(new byte[1], Patience);
        });
        Assert.False(connection.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_circuit_without_limits_is_like_any_other_connection()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync(o => o with { Limit = null });
        var hidden = await net.ReservedAsync(relay, allowLimited: false);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        Assert.True(connection is { IsRelayed: true, IsLimited: false });

        // More than any window on the way, in both directions at once, and half-closed at the end.
        await using var stream = await RelayNet.EchoAsync(connection);
        var sent = new byte[4 * 1024 * 1024];
        Random.Shared.NextBytes(sent);
        var writing = stream.WriteAsync(sent, completeWrites: true, Patience).AsTask();
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, Patience);
        await writing;
        Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task A_circuit_ends_when_it_has_carried_as_much_as_it_may()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync(o => o with { Limit = new CircuitLimit { Data = 64 * 1024 } });
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await using var stream = await connection.OpenStreamAsync([RelayNet.Echo], Patience);
        await stream.WriteAsync(new byte[40 * 1024], Patience);
        await stream.ReadExactlyAsync(new byte[40 * 1024], Patience);
        await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            while (true) await stream.WriteAsync(new byte[4096], Patience);
        });
        Assert.NotNull(await connection.Closed.WaitAsync(Patience));
        await Eventually.HoldsAsync(() => service.CircuitCount == 0 && !hidden.Connections.IsConnected(dialer.Id));
    }

    [Fact]
    public async Task A_circuit_ends_when_its_time_is_over()
    {
        await using var net = new RelayNet();
        var time = new ManualTimeProvider();
        var (relay, service) = await net.RelayAsync(o => o with { Limit = new CircuitLimit { Duration = TimeSpan.FromSeconds(90) } }, time);
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await using var stream = await RelayNet.EchoAsync(connection);
        time.Advance(TimeSpan.FromSeconds(89));
        await stream.WriteAsync(new byte[3], Patience);
        await stream.ReadExactlyAsync(new byte[3], Patience);
        time.Advance(TimeSpan.FromSeconds(1));
        await connection.Closed.WaitAsync(Patience);
        await Eventually.HoldsAsync(() => service.CircuitCount == 0);
    }

    [Fact]
    public async Task A_writer_waits_for_the_reader_at_the_far_end()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync(o => o with { Limit = null });
        var hidden = await net.ReservedAsync(relay);
        var read = new TaskCompletionSource();
        hidden.Handle("/test/slow/1", async (stream, token) =>
        {
            await read.Task.WaitAsync(token);
            var buffer = new byte[65536];
            while (await stream.ReadAsync(buffer, token) > 0)
            {
            }

            stream.CompleteWrites();
        });
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await using var stream = await connection.OpenStreamAsync(["/test/slow/1"], Patience);

        // Far beyond what all windows on the way hold together.
        const int size = 64 * 1024 * 1024;
        var writing = stream.WriteAsync(new byte[size], completeWrites: true, Patience).AsTask();
        Assert.False(writing.IsCompleted);
        read.SetResult();
        await writing;
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Patience));
    }

    [Fact]
    public async Task A_relay_that_dies_in_the_middle_of_a_transfer_ends_the_connection_at_both_ends()
    {
        await using var net = new RelayNet();
        var (relay, _) = await net.RelayAsync(o => o with { Limit = null });
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await using var stream = await RelayNet.EchoAsync(connection);
        var inbound = await InboundAsync(hidden, dialer.Id);
        var transfer = Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            var draining = stream.CopyToAsync(Stream.Null, Patience);
            try
            {
                while (true) await stream.WriteAsync(new byte[65536], Patience);
            }
            finally
            {
                await Assert.ThrowsAsync<Libp2pException>(() => draining);
            }
        });
        foreach (var open in relay.Connections.All) open.Abort(new InvalidOperationException("killed"));
        await transfer;
        await connection.Closed.WaitAsync(Patience);
        await inbound.Closed.WaitAsync(Patience);
    }

    [Fact]
    public async Task The_end_of_a_host_closes_its_circuits_in_good_order()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await (await RelayNet.EchoAsync(connection)).DisposeAsync();
        await hidden.DisposeAsync();
        Assert.Null(await connection.Closed.WaitAsync(Patience));
        await Eventually.HoldsAsync(() => service.CircuitCount == 0 && service.ReservationCount == 0);
    }

    [Fact]
    public async Task The_end_of_the_service_ends_circuits_and_reservations()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync();
        var hidden = await net.ReservedAsync(relay);
        var dialer = await net.DialerAsync();
        var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await service.DisposeAsync();
        await connection.Closed.WaitAsync(Patience);
        Assert.Equal(0, service.ReservationCount);
        Assert.DoesNotContain(CircuitRelay.ProtocolId, relay.Protocols);
    }

    private static async Task<IConnection> InboundAsync(IHost host, PeerId from)
    {
        await Eventually.HoldsAsync(() => host.Connections.IsConnected(from));
        return host.Connections.To(from)[0];
    }
}
