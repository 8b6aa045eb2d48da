using System.Text;
using System.Text.Json.Nodes;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>GossipSub with unmodified js-libp2p: both directions, both versions, mixed meshes.</summary>
public sealed class GossipTests
{
    private const string Topic = "interop";

    /// <summary>Release, and the newest GossipSub version that the JavaScript side may offer.</summary>
    public static TheoryData<JsRelease, string> Versions => new()
    {
        { JsRelease.Current, "/meshsub/1.2.0" },
        { JsRelease.Current, "/meshsub/1.1.0" },
        { JsRelease.Previous, "/meshsub/1.2.0" },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Messages_flow_both_ways(JsRelease release, string newest)
    {
        await using var js = await JsPeer.StartAsync(release, Options(newest));
        await using var ours = await OurPeer.StartAsync(pubsub: true);
        await using var subscription = ours.Subscribe(Topic);
        await js.AskAsync("subscribe", new { topic = Topic });
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        await ours.PubSub.WaitForMeshAsync(Topic).WaitAsync(JsPeer.Patience);
        await js.WaitForAsync("subscriptions", e => (string)e["peer"]! == ours.Id);

        await ours.PubSub.PublishAsync(Topic, "from us"u8.ToArray());
        var heard = await js.WaitForAsync("message", e => Text(e) == "from us");
        Assert.Equal(ours.Id, (string)heard["from"]!);

        await js.AskAsync("publish", new { topic = Topic, text = "from js" });
        var message = await subscription.WaitForAsync("from js");
        Assert.Equal(js.Id, message.From.ToString());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_mixed_mesh_of_six_delivers_every_message_once_to_everyone(JsRelease release, string newest)
    {
        await using var peers = await MixedMesh.StartAsync(ours: 3, js: 3, release, Options(newest), Topic);

        const int each = 10;
        foreach (var peer in peers.Ours)
            for (var i = 0; i < each; i++) await peer.PubSub.PublishAsync(Topic, Encoding.UTF8.GetBytes($"ours {peer.Id} {i}"));
        foreach (var peer in peers.Js)
            for (var i = 0; i < each; i++) await peer.AskAsync("publish", new { topic = Topic, text = $"js {peer.Id} {i}" });

        await peers.AssertEveryoneGotAsync(
            peers.Ours.SelectMany(p => Enumerable.Range(0, each).Select(i => $"ours {p.Id} {i}"))
                .Concat(peers.Js.SelectMany(p => Enumerable.Range(0, each).Select(i => $"js {p.Id} {i}"))));
    }

    [Fact]
    public async Task Large_messages_cross_a_mixed_mesh_once()
    {
        // Above the size from which 1.2 peers announce IDONTWANT.
        await using var peers = await MixedMesh.StartAsync(ours: 3, js: 3, JsRelease.Current, Options("/meshsub/1.2.0"), Topic);
        var fromUs = "ours " + new string('x', 64 * 1024);
        var fromJs = "js " + new string('y', 64 * 1024);

        await peers.Ours[0].PubSub.PublishAsync(Topic, Encoding.UTF8.GetBytes(fromUs));
        await peers.Js[0].AskAsync("publish", new { topic = Topic, text = fromJs });

        await peers.AssertEveryoneGotAsync([fromUs, fromJs]);
    }

    [Fact]
    public async Task Js_sees_us_leave_a_topic()
    {
        await using var js = await JsPeer.StartAsync(JsRelease.Current, Options("/meshsub/1.2.0"));
        await using var ours = await OurPeer.StartAsync(pubsub: true);
        await js.AskAsync("subscribe", new { topic = Topic });
        await using (ours.Subscribe(Topic))
        {
            await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
            await js.WaitForAsync("subscriptions", e => Change(e, ours.Id, subscribe: true));
        }

        await js.WaitForAsync("subscriptions", e => Change(e, ours.Id, subscribe: false));
    }

    private static bool Change(JsonObject e, string peer, bool subscribe) =>
        (string)e["peer"]! == peer && e["topics"]!.AsArray().Any(t => (string)t!["topic"]! == Topic && (bool)t["subscribe"]! == subscribe);

    private static object Options(string newest) => newest == "/meshsub/1.1.0"
        ? new { gossipsub = new { protocols = new[] { "/meshsub/1.1.0", "/meshsub/1.0.0" } } }
        : new { gossipsub = new { } };

    private static string Text(JsonObject e) => Encoding.UTF8.GetString(Convert.FromBase64String((string)e["data"]!));
}
