using System.Text;
using System.Text.Json.Nodes;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Peers of both kinds in one topic, connected as a ring that alternates the kinds, plus chords: no one sees all.</summary>
internal sealed class MixedMesh : IAsyncDisposable
{
    private readonly string _topic;
    private readonly List<SubscriptionLog> _logs = [];

    private MixedMesh(string topic) => _topic = topic;

    public List<OurPeer> Ours { get; } = [];

    public List<JsPeer> Js { get; } = [];

    public static async Task<MixedMesh> StartAsync(int ours, int js, JsRelease release, object options, string topic)
    {
        var mesh = new MixedMesh(topic);
        try
        {
            await mesh.ConnectAsync(ours, js, release, options);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until everyone has every message (JavaScript peers do not hear their own), and checks that nobody got one twice.</summary>
    public async Task AssertEveryoneGotAsync(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            foreach (var log in _logs) await log.WaitForAsync(text);
            foreach (var peer in Js.Where(p => !text.StartsWith($"js {p.Id}") && !(text.StartsWith("js y") && p == Js[0])))
                await peer.WaitForAsync("message", e => Text(e) == text);
        }

        foreach (var text in texts)
        {
            Assert.All(_logs, log => Assert.Equal(1, log.Count(text)));
            Assert.All(Js, peer => Assert.True(peer.Count("message", e => Text(e) == text) <= 1));
        }

        // And nobody was pruned meanwhile.
        AssertMeshesAreWhole();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs) await log.DisposeAsync();
        foreach (var peer in Js) await peer.DisposeAsync();
        foreach (var peer in Ours) await peer.DisposeAsync();
    }

    private async Task ConnectAsync(int ours, int js, JsRelease release, object options)
    {
        for (var i = 0; i < ours; i++) Ours.Add(await OurPeer.StartAsync(pubsub: true));
        Js.AddRange(await Task.WhenAll(Enumerable.Range(0, js).Select(_ => JsPeer.StartAsync(release, options))));
        foreach (var peer in Ours) _logs.Add(peer.Subscribe(_topic));
        foreach (var peer in Js) await peer.AskAsync("subscribe", new { topic = _topic });

        // Ours dial JavaScript peers and are dialed by them, alternately.
        for (var i = 0; i < ours; i++)
        {
            await Ours[i].Host.ConnectAsync(Multiaddress.Parse(Js[i % js].Address));
            await Js[(i + 1) % js].AskAsync("dial", new { address = Ours[i].Address });
        }

        await Ours[0].Host.ConnectAsync(Multiaddress.Parse(Ours[1].Address));
        await Js[0].AskAsync("dial", new { address = Js[1].Address });

        for (var i = 0; i < ours; i++) await KnowsItsNeighboursAsync(i);
        for (var i = 0; i < ours; i++)
        {
            var id = Ours[i].Id;
            await Js[i % js].WaitForAsync("subscriptions", e => (string)e["peer"]! == id);
            await Js[(i + 1) % js].WaitForAsync("subscriptions", e => (string)e["peer"]! == id);
        }

        AssertMeshesAreWhole();
    }

    private string[] NeighboursOf(int index)
    {
        var ids = new List<string> { Js[index % Js.Count].Id, Js[(index + 1) % Js.Count].Id };
        if (index < 2) ids.Add(Ours[1 - index].Id);
        return [.. ids.Order()];
    }

    private async Task KnowsItsNeighboursAsync(int index)
    {
        var (pubSub, neighbours) = (Ours[index].PubSub, NeighboursOf(index));
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (pubSub.PeersOf(_topic).Select(p => p.ToString()).Order().SequenceEqual(neighbours)) known.TrySetResult();
        }

        pubSub.PeerChanged += _ => Look();
        Look();
        await known.Task.WaitAsync(JsPeer.Patience);
    }

    // Nobody has more neighbours than a mesh needs at least (D_lo), so each is grafted as soon as both sides know of the other's subscription, and
    // well-behaved peers have no reason to prune.
    private void AssertMeshesAreWhole()
    {
        for (var i = 0; i < Ours.Count; i++) Assert.Equal(NeighboursOf(i), Ours[i].PubSub.MeshOf(_topic).Select(p => p.ToString()).Order());
    }

    private string Text(JsonObject e) => (string)e["topic"]! == _topic ? Encoding.UTF8.GetString(Convert.FromBase64String((string)e["data"]!)) : "";
}
