using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Simulation;

public sealed class NetworkTests
{
    private const string Topic = "news";

    private static SimulatedNetwork Start(int count, int degree, GossipSubOptions? options = null, ulong seed = 1)
    {
        var network = new SimulatedNetwork(count, options, seed);
        network.ConnectRandomly(degree);
        foreach (var node in network.Nodes) node.Router.Join(Topic);
        network.Settle();
        network.Heartbeat(3);
        return network;
    }

    private static void AssertEachGotOnce(IEnumerable<SimulatedNode> nodes, int messages)
    {
        foreach (var node in nodes)
        {
            Assert.Equal(messages, node.Delivered.Count);
            Assert.Equal(messages, node.Delivered.Select(m => m.Id).Distinct(MessageIdComparer.Instance).Count());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_message_reaches_each_of_100_routers_exactly_once(ulong seed)
    {
        var network = Start(100, 10, seed: seed);
        for (var i = 0; i < 20; i++)
        {
            network.Nodes[i * 5].Publish(Topic);
            network.Settle();
        }

        AssertEachGotOnce(network.Nodes, 20);
    }

    [Fact]
    public void Meshes_stay_within_their_bounds_and_are_mutual()
    {
        var network = Start(60, 15);
        network.Heartbeat(80);
        foreach (var node in network.Nodes)
        {
            var mesh = node.Router.MeshOf(Topic);
            Assert.InRange(mesh.Count, 5, 12);
            Assert.All(mesh, p => Assert.Contains(((SimulatedNode)p.Link!).Router.MeshOf(Topic), q => q.Link == node));
        }
    }

    [Fact]
    public void Without_flood_publishing_the_mesh_alone_carries_messages()
    {
        var network = Start(80, 10, new GossipSubOptions { FloodPublish = false });
        network.Nodes[0].Publish(Topic);
        network.Settle();
        AssertEachGotOnce(network.Nodes, 1);
    }

    [Fact]
    public void Large_messages_cost_fewer_copies_because_of_IDONTWANT()
    {
        var (small, large) = (Start(60, 15), Start(60, 15));
        small.Nodes[0].Publish(Topic, size: 1000);
        small.Settle();
        large.Nodes[0].Publish(Topic, size: 1100);
        large.Settle();
        AssertEachGotOnce(large.Nodes, 1);
        Assert.True(large.Carried < small.Carried, $"{large.Carried} < {small.Carried}");
    }

    [Fact]
    public void FloodSub_and_older_GossipSub_peers_take_part()
    {
        var network = new SimulatedNetwork(50);
        for (var i = 0; i < 50; i++) network.Nodes[i].Version = (PeerVersion)(i % 4);
        network.ConnectRandomly(8);
        foreach (var node in network.Nodes) node.Router.Join(Topic);
        network.Settle();
        network.Heartbeat(3);
        for (var i = 0; i < 8; i++)
        {
            network.Nodes[i].Publish(Topic);
            network.Settle();
        }

        network.Heartbeat(5);
        AssertEachGotOnce(network.Nodes, 8);
    }

    [Fact]
    public void Publishers_without_a_subscription_reach_all_subscribers()
    {
        var network = new SimulatedNetwork(60, new GossipSubOptions { FloodPublish = false });
        network.ConnectRandomly(10);
        foreach (var node in network.Nodes.Skip(10)) node.Router.Join(Topic);
        network.Settle();
        network.Heartbeat(3);
        foreach (var node in network.Nodes.Take(10)) node.Publish(Topic);
        network.Settle();
        AssertEachGotOnce(network.Nodes.Skip(10), 10);
        AssertEachGotOnce(network.Nodes.Take(10), 0);
    }

    [Fact]
    public void A_partition_heals_and_recent_messages_cross_by_gossip()
    {
        var network = Start(60, 12);
        var cut = new List<(SimulatedNode, SimulatedNode)>();
        foreach (var left in network.Nodes.Take(30))
        {
            foreach (var right in left.Links.Where(l => network.Nodes.IndexOf(l) >= 30).ToArray())
            {
                network.Disconnect(left, right);
                cut.Add((left, right));
            }
        }

        network.Heartbeat(5);
        network.Nodes[0].Publish(Topic);
        network.Nodes[59].Publish(Topic);
        network.Settle();
        Assert.All(network.Nodes, n => Assert.Single(n.Delivered));

        // The cut mends before the message windows have passed.
        foreach (var (left, right) in cut) network.Connect(left, right);
        network.Settle();
        network.Heartbeat(8);
        AssertEachGotOnce(network.Nodes, 2);
        network.Nodes[10].Publish(Topic);
        network.Settle();
        AssertEachGotOnce(network.Nodes, 3);
    }

    [Fact]
    public void Churn_does_not_keep_messages_from_those_who_stay()
    {
        var network = Start(80, 12);
        var stable = network.Nodes.Take(60).ToArray();
        for (var round = 0; round < 30; round++)
        {
            var restless = network.Nodes[60 + (round % 20)];
            if (round % 2 == 0)
            {
                foreach (var link in restless.Links.ToArray()) network.Disconnect(restless, link);
            }
            else
            {
                restless.Router.Leave(Topic);
                restless.Router.Join(Topic);
            }

            for (var i = 0; i < 12; i++) network.Connect(restless, network.Nodes[network.Random.Next(80)]);
            stable[round].Publish(Topic);
            network.Settle();
            network.Heartbeat();
        }

        network.Heartbeat(4);
        AssertEachGotOnce(stable, 30);
    }

    [Fact]
    public void Spammers_of_forged_messages_are_pruned_and_then_not_heard_any_more()
    {
        var network = Start(50, 10);
        var spammers = network.Nodes.Take(5).ToArray();
        var honest = network.Nodes.Skip(5).ToArray();
        foreach (var node in honest) node.Judge = m => m.Signature.Of(m.Raw.Span).SequenceEqual((byte[])[7]) ? Verdict.Accept : Verdict.Forged;
        for (var i = 0ul; i < 5; i++)
        {
            foreach (var spammer in spammers)
            {
                foreach (var victim in spammer.Links)
                {
                    spammer.SendRaw(victim, TestMessages.Frame(2, TestMessages.Encode(TestPeers.Id(9000), Topic, i, signature: 66)));
                }
            }

            network.Settle();
        }

        foreach (var node in honest)
        {
            foreach (var peer in node.Router.Peers.Where(p => spammers.Contains(p.Link))) Assert.True(node.Router.ScoreOf(peer) < -80);
        }

        network.Heartbeat(2);
        Assert.All(honest, n => Assert.DoesNotContain(n.Router.MeshOf(Topic), p => spammers.Contains(p.Link)));
        honest[0].Publish(Topic);
        network.Settle();
        AssertEachGotOnce(honest, 1);
        Assert.All(spammers, s => Assert.DoesNotContain(s.Delivered, m => m.Source is null));
    }

    [Fact]
    public void The_gossip_of_peers_that_advertise_what_they_never_send_is_ignored()
    {
        var network = Start(50, 10);
        var liar = network.Nodes[0];
        var sequence = 0ul;
        for (var round = 0; round < 20; round++)
        {
            foreach (var victim in liar.Links)
            {
                var rpc = new RpcBuilder(1 << 20);
                rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(9000), ++sequence)]);
                liar.SendRaw(victim, rpc.Complete().Single().Bytes);
            }

            network.Settle();
            network.Heartbeat();
        }

        foreach (var victim in liar.Links)
        {
            var peer = victim.Router.Peers.Single(p => p.Link == liar);
            Assert.True(victim.Router.ScoreOf(peer) < -10);
            Assert.DoesNotContain(peer, victim.Router.MeshOf(Topic));
        }
    }

    [Fact]
    public void An_eclipse_by_peers_that_forward_nothing_is_broken_by_the_peers_we_dialed_and_by_gossip()
    {
        var network = Start(50, 6);
        var victim = network.Nodes[0];
        for (var i = 0; i < 40; i++)
        {
            var attacker = network.Add();
            attacker.Filter = rpc => rpc.Messages is null && rpc.Control?.IHave is null;
            attacker.Router.Join(Topic);
            network.Connect(attacker, victim);
            for (var n = 0; n < 3; n++) network.Connect(attacker, network.Nodes[network.Random.Next(50)]);
        }

        network.Settle();
        network.Heartbeat(10);
        for (var i = 0; i < 10; i++)
        {
            network.Nodes[10 + i].Publish(Topic);
            network.Settle();
            network.Heartbeat();
        }

        network.Heartbeat(5);
        AssertEachGotOnce(network.Nodes.Take(50), 10);
        Assert.True(victim.Router.MeshOf(Topic).Count(p => p.IsOutbound) >= 2);
    }

    [Fact]
    public void A_peer_that_grafts_through_its_backoff_ends_outside_and_unheard()
    {
        var network = Start(50, 10);
        var (attacker, victim) = (network.Nodes[0], network.Nodes[0].Links.First());
        var known = victim.Router.Peers.Single(p => p.Link == attacker);
        attacker.Router.Leave(Topic);
        network.Settle();
        for (var i = 0; i < 12; i++)
        {
            var rpc = new RpcBuilder(1 << 20);
            rpc.AddPrune(Topic, 60, null);
            rpc.AddGraft(Topic);
            attacker.SendRaw(victim, rpc.Complete().Single().Bytes);
            var graft = new RpcBuilder(1 << 20);
            graft.AddGraft(Topic);
            attacker.SendRaw(victim, graft.Complete().Single().Bytes);
            network.Settle();
        }

        Assert.DoesNotContain(known, victim.Router.MeshOf(Topic));
        Assert.True(victim.Router.ScoreOf(known) < -80);
    }

    [Fact]
    public void Peer_exchange_lets_a_node_that_knows_one_bootstrapper_find_a_mesh()
    {
        var options = new GossipSubOptions
        {
            PeerExchange = true,
            Scoring = new PeerScoreParameters { AppSpecificScore = p => p.Equals(TestPeers.Id(1)) ? 10 : 0 },
        };
        var network = new SimulatedNetwork(40, options);
        for (var i = 1; i < 40; i++)
        {
            network.Connect(network.Nodes[i], network.Nodes[0]);
            network.Nodes[i].Router.Join(Topic);
        }

        network.Nodes[0].Router.Join(Topic);
        network.Settle();
        network.Heartbeat(10);
        Assert.True(network.Nodes.Skip(1).Count(n => n.Router.MeshOf(Topic).Count >= 5) >= 30);
        network.Nodes[20].Publish(Topic);
        network.Settle();
        network.Heartbeat(4);
        AssertEachGotOnce(network.Nodes, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        static string Run()
        {
            var network = Start(50, 8, seed: 99);
            network.Nodes[3].Publish(Topic);
            network.Settle();
            network.Heartbeat(70);
            return string.Join('\n', network.Nodes.Select(n => string.Join(',', n.Router.MeshOf(Topic).Select(p => p.Id.ToString())))) + network.Carried;
        }

        Assert.Equal(Run(), Run());
    }
}
