using Causeway.Libp2p.HolePunching;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>DCUtR with unmodified js-libp2p: the exchange of messages, and one-sided upgrades (its TCP transport cannot punch).</summary>
public sealed class HolePunchTests
{
    // Public to look at, and nobody's: the 6bone's addresses went back to IANA (RFC 3701). js-libp2p talks to nobody who has no public address.
    private const string Nowhere = "/ip6/3ffe::1/tcp/9";

    private static readonly object Dcutr = new { timeout = 20_000, maxInboundStreams = 8 };

    [Fact]
    public async Task A_js_peer_that_dials_us_through_a_relay_is_dialed_back()
    {
        await using var relay = await OurPeer.StartAsync(configure: b => b.UseCircuitRelay());
        await using var ours = await HiddenAsync(relay.Address);
        await using var js = await JsPeer.StartAsync(options: new { relayClient = new { }, dcutr = Dcutr });
        var direct = WhenDirect(ours, js.Id);
        await js.AskAsync("dial", new { address = await RelayPeers.RelayedAddressAsync(ours) });
        await direct;
        await js.WaitForAsync("identified", e => (string)e["peer"]! == ours.Id);
        await js.AskAsync("echo", new { peer = ours.Id, streams = 2, bytes = 1_000_000 });
    }

    [Fact]
    public async Task A_js_peer_that_we_dial_through_a_relay_agrees_with_us_and_we_dial_it()
    {
        await using var relay = await OurPeer.StartAsync(configure: b => b.UseCircuitRelay());
        await using var js = await JsPeer.StartAsync(
            options: new { listen = new[] { "/ip4/127.0.0.1/tcp/0", "/p2p-circuit" }, relayClient = new { }, dcutr = Dcutr });
        var address = await RelayPeers.ReserveAsync(js, relay.Address);
        await using var ours = await HiddenAsync(relay.Address, b => b.Announce(Nowhere));
        var direct = WhenDirect(ours, js.Id);
        Assert.True((await ours.Host.ConnectAsync(Multiaddress.Parse(address))).IsRelayed);
        await direct;
        Assert.True(await ours.PingAsync(js.Id) > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_js_peer_answers_every_attempt_of_ours()
    {
        await using var relay = await OurPeer.StartAsync(configure: b => b.UseCircuitRelay());
        var ended = new TaskCompletionSource<HolePunchResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ours = await OurPeer.StartAsync(listen: null, configure: b => b
            .Announce(Nowhere)
            .UseRelayClient(o => o with { Relays = [Multiaddress.Parse(relay.Address)] })
            .Use(host =>
            {
                var second = TimeSpan.FromSeconds(1);
                var puncher = new HolePuncher(host, new HolePunchOptions { AttemptTimeout = second, DirectDialTimeout = second, RetryInterval = TimeSpan.Zero });
                puncher.Ended += result => ended.TrySetResult(result);
                return puncher;
            }));
        await using var js = await JsPeer.StartAsync(options: new { listen = Array.Empty<string>(), announce = new[] { Nowhere }, relayClient = new { }, dcutr = Dcutr });
        await js.AskAsync("dial", new { address = await RelayPeers.RelayedAddressAsync(ours) });

        // Nobody is there; a js peer that had not understood us would have ended it at the first attempt.
        var result = await ended.Task.WaitAsync(JsPeer.Patience);
        Assert.Equal(js.Id, result.Peer.ToString());
        Assert.False(result.Succeeded);
        Assert.True(result.Attempts > 1);
    }

    private static Task<OurPeer> HiddenAsync(string relay, Action<HostBuilder>? configure = null) => OurPeer.StartAsync(listen: null, configure: b =>
    {
        b.UseRelayClient(o => o with { Relays = [Multiaddress.Parse(relay)] }).UseHolePunching(o => o with { AllowPrivateAddresses = true });
        configure?.Invoke(b);
    });

    private static Task WhenDirect(OurPeer ours, string peer)
    {
        var direct = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ours.Host.Changed += change =>
        {
            if (change is HostEvent.ConnectionOpened { Connection: { IsRelayed: false } opened } && opened.RemotePeer.ToString() == peer) direct.TrySetResult();
        };
        return direct.Task.WaitAsync(JsPeer.Patience);
    }
}
