using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Circuit relay v2 with unmodified js-libp2p on either side of either relay.</summary>
public sealed class RelayTests
{
    private static readonly ConnectOptions Limited = new() { AllowLimited = true };

    private static readonly object Hidden = new { listen = new[] { "/p2p-circuit" }, relayClient = new { } };
    private static readonly object Dialer = new { listen = Array.Empty<string>(), relayClient = new { } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_js_peers_meet_through_our_relay(bool limited)
    {
        await using var relay = await OurRelayAsync(limited);
        await using var hidden = await JsPeer.StartAsync(options: Hidden);
        await using var dialer = await JsPeer.StartAsync(options: Dialer);
        var address = await RelayPeers.ReserveAsync(hidden, relay.Address);
        Assert.Equal($"{relay.Address}/p2p-circuit/p2p/{hidden.Id}", address);

        var dialed = await dialer.AskAsync("dial", new { address });
        Assert.Equal(hidden.Id, (string)dialed["peer"]!);
        Assert.Equal(limited, (bool)dialed["limited"]!);
        await dialer.AskAsync("ping", new { peer = hidden.Id });
        await dialer.AskAsync("echo", new { peer = hidden.Id, streams = 4, bytes = limited ? 4096 : 1_000_000 });
    }

    [Fact]
    public async Task We_reach_a_js_peer_through_our_relay_and_it_reaches_us()
    {
        await using var relay = await OurRelayAsync(limited: false);
        await using var js = await JsPeer.StartAsync(options: Hidden);
        await using var ours = await HiddenAsync(relay.Address);
        var address = await RelayPeers.ReserveAsync(js, relay.Address);
        var connection = await ours.Host.ConnectAsync(Multiaddress.Parse(address));
        Assert.Equal(js.Id, connection.RemotePeer.ToString());
        Assert.True(connection is { IsRelayed: true, IsLimited: false });
        Assert.True(await ours.PingAsync(js.Id) > TimeSpan.Zero);
        await connection.CloseAsync();

        // Before it has noticed, it would go on with the connection that ends.
        await js.WaitForAsync("disconnected", e => (string)e["peer"]! == ours.Id);
        await js.AskAsync("dial", new { address = await RelayPeers.RelayedAddressAsync(ours) });
        await js.AskAsync("echo", new { peer = ours.Id, streams = 4, bytes = 1_000_000 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task We_reserve_on_a_js_relay_and_js_dials_us_through_it(bool limited)
    {
        await using var relay = await JsRelayAsync(new { applyDefaultLimit = limited });
        await using var ours = await HiddenAsync(relay.Address);
        await using var dialer = await JsPeer.StartAsync(options: Dialer);
        var address = await RelayPeers.RelayedAddressAsync(ours);
        Assert.Equal($"{relay.Address}/p2p-circuit/p2p/{ours.Id}", address);

        var dialed = await dialer.AskAsync("dial", new { address });
        Assert.Equal(limited, (bool)dialed["limited"]!);
        await dialer.AskAsync("ping", new { peer = ours.Id });
        var inbound = Assert.Single(ours.Host.Connections.To(PeerId.Parse(dialer.Id)));
        Assert.True(inbound.IsRelayed);
        Assert.Equal(limited, inbound.IsLimited);
        if (!limited) await dialer.AskAsync("echo", new { peer = ours.Id, streams = 4, bytes = 1_000_000 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task We_dial_a_js_peer_through_a_js_relay(bool limited)
    {
        await using var relay = await JsRelayAsync(new { applyDefaultLimit = limited });
        await using var hidden = await JsPeer.StartAsync(options: Hidden);
        await using var ours = await OurPeer.StartAsync(listen: null, configure: b => b.UseRelayClient(o => o with { Reservations = 0 }));
        var connection = await ours.Host.ConnectAsync(Multiaddress.Parse(await RelayPeers.ReserveAsync(hidden, relay.Address)));
        Assert.Equal(limited, connection.IsLimited);
        Assert.True(await ours.PingAsync(hidden.Id) > TimeSpan.Zero);
        await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(hidden.Id), [TestProtocols.Echo], Limited);
        await stream.WriteAsync("through"u8.ToArray(), completeWrites: true);
        using var echoed = new MemoryStream();
        await stream.CopyToAsync(echoed).WaitAsync(JsPeer.Patience);
        Assert.Equal("through"u8.ToArray(), echoed.ToArray());
    }

    [Fact]
    public async Task A_js_relay_ends_a_circuit_that_carried_too_much()
    {
        await using var relay = await JsRelayAsync(new { defaultDataLimit = 64 * 1024 });
        await using var hidden = await JsPeer.StartAsync(options: Hidden);
        await using var ours = await OurPeer.StartAsync(listen: null, configure: b => b.UseRelayClient(o => o with { Reservations = 0 }));
        var connection = await ours.Host.ConnectAsync(Multiaddress.Parse(await RelayPeers.ReserveAsync(hidden, relay.Address)));
        await using var stream = await connection.OpenStreamAsync([TestProtocols.Sink]);
        await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            while (true) await stream.WriteAsync(new byte[4096]).AsTask().WaitAsync(JsPeer.Patience);
        });
        await connection.Closed.WaitAsync(JsPeer.Patience);
    }

    [Fact]
    public async Task Our_relay_ends_a_circuit_of_js_that_carried_too_much()
    {
        await using var relay = await OurRelayAsync(limited: true);
        await using var hidden = await JsPeer.StartAsync(options: Hidden);
        await using var dialer = await JsPeer.StartAsync(options: Dialer);
        await dialer.AskAsync("dial", new { address = await RelayPeers.ReserveAsync(hidden, relay.Address) });
        await Assert.ThrowsAsync<InvalidOperationException>(() => dialer.AskAsync("upload", new { peer = hidden.Id, bytes = 1_000_000 }));
    }

    [Fact]
    public async Task A_reservation_on_a_js_relay_is_renewed()
    {
        await using var relay = await JsRelayAsync(new { reservationTtl = 10_000 });
        var grants = new GrantCounter();
        await using var ours = await HiddenAsync(relay.Address, grants);
        await grants.ReachesAsync(3);
        var held = (await relay.AskAsync("reservations"))["reservations"]!.AsArray();
        Assert.Equal(ours.Id, (string)Assert.Single(held)!["peer"]!);
    }

    [Fact]
    public async Task A_js_relay_that_is_full_is_left_alone_and_another_is_used()
    {
        await using var full = await JsRelayAsync(new { maxReservations = 0 });
        await using var free = await JsRelayAsync(new { });
        await using var ours = await OurPeer.StartAsync(listen: null, configure: b => b.UseRelayClient(o => o with
        {
            Reservations = 1,
            Relays = [Multiaddress.Parse(full.Address), Multiaddress.Parse(free.Address)],
        }));
        Assert.StartsWith(free.Address, await RelayPeers.RelayedAddressAsync(ours));
    }

    [Fact]
    public async Task Js_hears_our_refusal()
    {
        await using var relay = await OurPeer.StartAsync(configure: b => b.UseCircuitRelay());
        await using var stranger = await JsPeer.StartAsync();
        await using var dialer = await JsPeer.StartAsync(options: Dialer);
        await stranger.AskAsync("dial", new { address = relay.Address });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => dialer.AskAsync("dial", new { address = $"{relay.Address}/p2p-circuit/p2p/{stranger.Id}" }));
        Assert.Contains("NO_RESERVATION", refused.Message);
    }

    private static Task<OurPeer> OurRelayAsync(bool limited) =>
        OurPeer.StartAsync(configure: b => b.UseCircuitRelay(o => limited ? o : o with { Limit = null }));

    private static Task<JsPeer> JsRelayAsync(object reservations) => JsPeer.StartAsync(options: new { relay = new { reservations } });

    private static Task<OurPeer> HiddenAsync(string relay, GrantCounter? grants = null) => OurPeer.StartAsync(listen: null, configure: b =>
    {
        if (grants is not null) b.UseLogging(grants);
        b.UseRelayClient(o => o with { Relays = [Multiaddress.Parse(relay)] });
    });
}
