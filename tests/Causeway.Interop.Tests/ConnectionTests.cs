using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Dialing, Identify and Ping with unmodified js-libp2p, in both directions.</summary>
public sealed class ConnectionTests
{
    public static TheoryData<JsRelease> Releases => [JsRelease.Current, JsRelease.Previous];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task We_dial_js_and_both_sides_identify_each_other(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        var identified = ours.WhenIdentified(js.Id);

        var connection = await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        Assert.Equal(js.Id, connection.RemotePeer.ToString());
        Assert.Equal("/yamux/1.0.0", connection.Muxer);
        Assert.Equal("/noise", connection.Security);

        await identified;
        await AssertIdentifiedBothWaysAsync(js, ours);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Js_dials_us_and_both_sides_identify_each_other(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        var identified = ours.WhenIdentified(js.Id);

        var dialed = await js.AskAsync("dial", new { address = ours.Address });
        Assert.Equal(ours.Id, (string)dialed["peer"]!);
        Assert.Equal("/yamux/1.0.0", (string)dialed["multiplexer"]!);

        await identified;
        await AssertIdentifiedBothWaysAsync(js, ours);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Ping_works_both_ways(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));

        Assert.True(await ours.PingAsync(js.Id) > TimeSpan.Zero);
        for (var i = 0; i < 5; i++) await js.AskAsync("ping", new { peer = ours.Id });
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_wrong_peer_id_is_refused_by_either_side(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var other = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();

        var wrongForUs = Multiaddress.Parse(js.Address).WithoutPeerId().WithPeerId(PeerId.Parse(other.Id));
        await Assert.ThrowsAsync<Libp2p.Libp2pException>(async () => await ours.Host.ConnectAsync(wrongForUs));

        // js-libp2p 2.x accepts whoever answers, also between its own peers.
        if (release == JsRelease.Previous) return;
        var wrongForThem = Multiaddress.Parse(ours.Address).WithoutPeerId().WithPeerId(PeerId.Parse(other.Id)).ToString();
        await Assert.ThrowsAsync<InvalidOperationException>(() => js.AskAsync("dial", new { address = wrongForThem }));
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Identify_push_announces_new_protocols_to_js(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        await js.WaitForAsync("identified", e => (string)e["peer"]! == ours.Id);

        using var served = ours.Host.Handle("/test/announced/1.0.0", (_, _) => Task.CompletedTask);

        await js.WaitForAsync("identified", e =>
            (string)e["peer"]! == ours.Id && e["protocols"]!.AsArray().Any(p => (string)p! == "/test/announced/1.0.0"));
    }

    [Fact]
    public async Task Identify_push_of_js_updates_our_peer_store()
    {
        await using var js = await JsPeer.StartAsync();
        await using var ours = await OurPeer.StartAsync();
        var first = ours.WhenIdentified(js.Id);
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        await first;

        var announced = ours.WhenIdentified(js.Id, protocols => protocols.Contains("/test/announced/1.0.0"));
        await js.AskAsync("handle", new { protocol = "/test/announced/1.0.0" });
        await announced;
    }

    [Fact]
    public async Task A_killed_js_peer_ends_its_connection_and_no_other()
    {
        await using var victim = await JsPeer.StartAsync();
        await using var survivor = await JsPeer.StartAsync();
        await using var ours = await OurPeer.StartAsync();
        var lost = await ours.Host.ConnectAsync(Multiaddress.Parse(victim.Address));
        await ours.Host.ConnectAsync(Multiaddress.Parse(survivor.Address));

        victim.Kill();
        await lost.Closed.WaitAsync(JsPeer.Patience);

        Assert.True(await ours.PingAsync(survivor.Id) > TimeSpan.Zero);
    }

    private static async Task AssertIdentifiedBothWaysAsync(JsPeer js, OurPeer ours)
    {
        var theirs = PeerId.Parse(js.Id);
        Assert.Contains("/ipfs/ping/1.0.0", ours.Host.Peers.ProtocolsOf(theirs));
        Assert.Contains("libp2p", ours.Host.Peers.InfoOf(theirs)!.AgentVersion);
        Assert.NotNull(ours.Host.Peers.SignedRecordOf(theirs));
        Assert.Contains(Multiaddress.Parse(js.Address).WithoutPeerId(), ours.Host.Peers.AddressesOf(theirs));

        var seen = await js.WaitForAsync("identified", e => (string)e["peer"]! == ours.Id);
        Assert.StartsWith("causeway/", (string)seen["agentVersion"]!);
        Assert.Equal("ipfs/0.1.0", (string)seen["protocolVersion"]!);
        Assert.True((bool)seen["signedRecord"]!);
        Assert.NotNull(seen["observedAddr"]);
        var known = await js.AskAsync("known", new { peer = ours.Id });
        Assert.True((bool)known["hasRecord"]!);
        Assert.Contains(known["addresses"]!.AsArray(), a => (bool)a!["certified"]!);
        Assert.Contains("/ipfs/id/1.0.0", known["protocols"]!.AsArray().Select(p => (string)p!));
    }
}
