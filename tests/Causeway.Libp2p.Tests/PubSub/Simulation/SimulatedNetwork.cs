using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.PubSub.Simulation;

/// <summary>Many routers in one thread: frames travel through a queue, in order, after they were encoded and decoded; time moves when the test says so.</summary>
internal sealed class SimulatedNetwork
{
    private readonly Queue<(SimulatedNode From, SimulatedNode To, ReadOnlyMemory<byte> Frame)> _wire = new();
    private readonly Queue<(SimulatedNode Node, GossipMessage Message)> _validations = new();

    public SimulatedNetwork(int count, GossipSubOptions? options = null, ulong seed = 1)
    {
        Random = new GossipRandom(seed);
        Options = options ?? new GossipSubOptions();
        for (var i = 0; i < count; i++) Add();
    }

    public ManualTimeProvider Clock { get; } = new();

    public GossipRandom Random { get; }

    public GossipSubOptions Options { get; }

    public List<SimulatedNode> Nodes { get; } = [];

    /// <summary>Publish frames carried so far.</summary>
    public int Carried { get; private set; }

    public SimulatedNode Add()
    {
        var node = new SimulatedNode(this, Nodes.Count, (ulong)Random.Next(int.MaxValue));
        Nodes.Add(node);
        return node;
    }

    /// <summary>Connects each node to some others at random.</summary>
    public void ConnectRandomly(int degree)
    {
        foreach (var node in Nodes)
        {
            for (var i = 0; i < degree; i++) Connect(node, Nodes[Random.Next(Nodes.Count)]);
        }
    }

    public void Connect(SimulatedNode dialer, SimulatedNode listener)
    {
        if (dialer == listener || !dialer.Links.Add(listener)) return;
        listener.Links.Add(dialer);
        dialer.Router.AddPeer(listener.Id, listener.Version, outbound: true, [], MessageIdForm.PeerIdAndSequence, listener);
        listener.Router.AddPeer(dialer.Id, dialer.Version, outbound: false, [], MessageIdForm.PeerIdAndSequence, dialer);
    }

    public void Disconnect(SimulatedNode one, SimulatedNode other)
    {
        if (!one.Links.Remove(other)) return;
        other.Links.Remove(one);
        one.Router.RemovePeer(other.Id);
        other.Router.RemovePeer(one.Id);
    }

    public void Send(SimulatedNode from, SimulatedNode to, ReadOnlyMemory<byte> frame) => _wire.Enqueue((from, to, frame));

    public void Validate(SimulatedNode node, GossipMessage message) => _validations.Enqueue((node, message));

    /// <summary>Lets everything that is under way arrive.</summary>
    public void Settle()
    {
        while (true)
        {
            if (_wire.TryDequeue(out var next))
            {
                if (!next.From.Links.Contains(next.To)) continue;
                var rpc = TestMessages.Decode(next.Frame);
                if (rpc.Messages is not null) Carried++;
                next.To.Router.Receive(next.From.Id, rpc);
            }
            else if (_validations.TryDequeue(out var validation))
            {
                validation.Node.Router.Complete(validation.Message, validation.Node.Judge(validation.Message));
            }
            else
            {
                return;
            }
        }
    }

    public void Heartbeat(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Clock.Advance(Options.HeartbeatInterval);
            foreach (var node in Nodes)
            {
                node.Router.Heartbeat();
                Settle();
            }
        }
    }
}

/// <summary>One router of the network.</summary>
internal sealed class SimulatedNode : IGossipOutput
{
    private readonly SimulatedNetwork _network;
    private ulong _sequence;

    public SimulatedNode(SimulatedNetwork network, int number, ulong seed)
    {
        _network = network;
        Id = TestPeers.Id(number + 1);
        Router = new GossipRouter(Id, network.Options, this, network.Clock, new GossipRandom(seed));
    }

    public PeerId Id { get; }

    public GossipRouter Router { get; }

    public PeerVersion Version { get; set; } = PeerVersion.GossipSub12;

    public HashSet<SimulatedNode> Links { get; } = [];

    public List<GossipMessage> Delivered { get; } = [];

    public Func<GossipMessage, Verdict> Judge { get; set; } = _ => Verdict.Accept;

    /// <summary>An attacker may hold back whatever its router would send.</summary>
    public Func<Rpc, bool> Filter { get; set; } = _ => true;

    public void Publish(string topic, int size = 100) =>
        Router.Publish(TestMessages.Publish(TestMessages.Encode(Id, topic, ++_sequence, size)).Messages![0]);

    public bool Send(RoutedPeer peer, RpcFrame frame, FramePriority priority)
    {
        if (Filter(TestMessages.Decode(frame.Bytes))) _network.Send(this, (SimulatedNode)peer.Link!, frame.Bytes);
        return true;
    }

    public void SendRaw(SimulatedNode to, ReadOnlyMemory<byte> frame) => _network.Send(this, to, frame);

    public void Validate(GossipMessage message) => _network.Validate(this, message);

    public void Deliver(GossipMessage message) => Delivered.Add(message);

    public void PeerChanged(string topic, PeerId peer, bool joined)
    {
    }

    public void MeshChanged(string topic, RoutedPeer peer, bool added)
    {
    }

    public void Connect(PeerId peer, ReadOnlyMemory<byte> signedRecord)
    {
        var other = _network.Nodes.Find(n => n.Id.Equals(peer));
        if (other is not null) _network.Connect(this, other);
    }

    public ReadOnlyMemory<byte> SignedRecordOf(PeerId peer) => default;
}
