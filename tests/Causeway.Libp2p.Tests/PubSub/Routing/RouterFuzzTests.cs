using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

public sealed class RouterFuzzTests
{
    private static readonly string[] Topics = ["a", "b", "c", "d"];

    private readonly Random _random = new(20260102);

    [Fact]
    public void Random_events_keep_the_routers_promises()
    {
        var harness = new RouterHarness(new GossipSubOptions { SeenCapacity = 500, PeerExchange = true, FloodPublish = false, ExplicitPeers = [TestPeers.Id(3)] })
        {
            Verdict = null,
        };
        var delivered = new HashSet<MessageId>(MessageIdComparer.Instance);
        for (var i = 0; i < Soak.Count(60_000, 1_000_000); i++)
        {
            Step(harness);
            if (i % 100 != 0) continue;
            Check(harness);
            harness.Sent.Clear();
            if (harness.ToValidate.Count > 500) harness.ToValidate.Clear();
            Assert.All(harness.Delivered, m => Assert.True(delivered.Add(m.Id)));
            harness.Delivered.Clear();
            harness.PeerChanges.Clear();
            harness.Connections.Clear();
        }
    }

    private static void Check(RouterHarness harness)
    {
        var connected = harness.Router.Peers.ToHashSet();
        foreach (var topic in Topics)
        {
            var mesh = harness.Router.MeshOf(topic);
            Assert.All(mesh, p => Assert.True(connected.Contains(p) && p.HasMesh && !p.IsExplicit));
            Assert.All(harness.Router.FanoutOf(topic), p => Assert.Contains(p, connected));
            Assert.All(harness.Router.PeersOf(topic), p => Assert.Contains(p, connected));
            if (mesh.Count > 0) Assert.Contains(topic, harness.Router.Subscriptions);
        }

        Assert.True(harness.Router.SeenCount <= 500);
        Assert.True(harness.Router.TopicCount <= Topics.Length);
    }

    private void Step(RouterHarness harness)
    {
        var router = harness.Router;
        var id = TestPeers.Id(_random.Next(40));
        var topic = Topics[_random.Next(Topics.Length)];
        var peer = router.Peers.FirstOrDefault(p => p.Id.Equals(id));
        switch (_random.Next(18))
        {
            case 0: harness.AddPeer((PeerVersion)_random.Next(4), _random.Next(2) == 0, id: id); break;
            case 1: router.RemovePeer(id); break;
            case 2: router.Join(topic); break;
            case 3 when _random.Next(4) == 0: router.Leave(topic); break;
            case 4: harness.Heartbeat(); break;
            case 5: harness.Publish(topic, _random.Next(2000), (ulong)_random.NextInt64()); break;
            case 6: router.Receive(id, TestMessages.Subscribe(_random.Next(4) != 0, topic)); break;
            case 7: router.Receive(id, TestMessages.Control(rpc => rpc.AddGraft(topic))); break;
            case 8: router.Receive(id, TestMessages.Control(rpc => rpc.AddPrune(topic, (ulong)_random.NextInt64(100), [new(TestPeers.Id(99).Bytes, default)]))); break;
            case 9: router.Receive(id, TestMessages.Control(rpc => rpc.AddIHave(topic, [RandomId()]))); break;
            case 10: router.Receive(id, TestMessages.Control(rpc => rpc.AddIWant([RandomId(), RandomId()]))); break;
            case 11: router.Receive(id, TestMessages.Control(rpc => rpc.AddIDontWant([RandomId()]))); break;
            case 12 when peer is not null && !harness.Full.Remove(id): harness.Full.Add(id); break;
            case 13 or 14 or 15: router.Receive(id, TestMessages.Publish(RandomMessage(topic))); break;
            default: Complete(harness); break;
        }
    }

    private void Complete(RouterHarness harness)
    {
        if (harness.ToValidate.Count == 0) return;
        var at = _random.Next(harness.ToValidate.Count);
        var message = harness.ToValidate[at];
        harness.ToValidate.RemoveAt(at);
        harness.Router.Complete(message, _random.Next(3) > 0 ? Verdict.Accept : (Verdict)_random.Next(5));
        if (_random.Next(20) == 0) harness.Router.Complete(message, Verdict.Accept);
    }

    private ulong _recent;

    // Mostly of the last few hundred, so that duplicates, requests and refusals meet.
    private ulong Number() => _random.Next(4) == 0 ? ++_recent : (ulong)Math.Max(0, (long)_recent - _random.Next(20));

    private byte[] RandomId() => _random.Next(2) == 0 ? TestMessages.GoId(TestPeers.Id(500), Number()) : TestMessages.JsId(TestPeers.Id(500), Number());

    private byte[] RandomMessage(string topic) =>
        TestMessages.Encode(TestPeers.Id(_random.Next(50) == 0 ? 1_000_000 : 500), topic, Number(), _random.Next(1500), (byte)(_random.Next(8) == 0 ? 1 : 0));
}
