using System.Text.Json.Nodes;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Changes of addresses, pushed to and by unmodified js-libp2p.</summary>
public sealed class IdentifyPushTests
{
    [Fact]
    public async Task Js_hears_of_an_address_that_we_gain_and_lose()
    {
        await using var js = await JsPeer.StartAsync();
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        await js.WaitForAsync("identified", e => (string)e["peer"]! == ours.Id);

        const string Gained = "/ip4/40.0.0.1/tcp/4001";
        ours.Host.SetAddresses("test", [Multiaddress.Parse(Gained)]);
        await js.WaitForAsync("identified", e => (string)e["peer"]! == ours.Id && ListenedOn(e).Contains(Gained));
        Assert.Contains(Gained, await KnownToAsync(js, ours));

        var before = js.Count("identified", e => (string)e["peer"]! == ours.Id);
        ours.Host.SetAddresses("test", []);
        await js.WaitForAsync("identified", e => js.Count("identified", i => (string)i["peer"]! == ours.Id) > before);
        Assert.DoesNotContain(Gained, await KnownToAsync(js, ours));
    }

    [Fact]
    public async Task We_hear_of_an_address_that_js_gains()
    {
        await using var js = await JsPeer.StartAsync();
        await using var ours = await OurPeer.StartAsync();
        var first = ours.WhenIdentified(js.Id);
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        await first;
        var peer = PeerId.Parse(js.Id);
        var known = ours.Host.Peers.AddressesOf(peer).Count;

        var more = ours.WhenIdentified(js.Id, _ => ours.Host.Peers.AddressesOf(peer).Count > known);
        var listening = await js.AskAsync("listen", new { address = "/ip4/127.0.0.1/tcp/0" });
        await more;
        Assert.All(
            listening["addresses"]!.AsArray().Select(a => Multiaddress.Parse((string)a!).WithoutPeerId()),
            address => Assert.Contains(address, ours.Host.Peers.AddressesOf(peer)));
    }

    private static IEnumerable<string> ListenedOn(JsonObject identified) => identified["listenAddrs"]!.AsArray().Select(a => (string)a!);

    private static async Task<IEnumerable<string>> KnownToAsync(JsPeer js, OurPeer ours) =>
        (await js.AskAsync("known", new { peer = ours.Id }))["addresses"]!.AsArray().Select(a => (string)a!["address"]!).ToList();
}
