using System.Net;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

/// <summary>One router with a clock that stands still and an output that notes everything down.</summary>
internal sealed class RouterHarness : IGossipOutput
{
    private int _peers;

    public RouterHarness(GossipSubOptions? options = null, ulong seed = 1)
    {
        Options = options ?? new GossipSubOptions();
        Router = new GossipRouter(Self, Options, this, Clock, new GossipRandom(seed));
    }

    public static PeerId Self { get; } = TestPeers.Id(1_000_000);

    public GossipSubOptions Options { get; }

    public ManualTimeProvider Clock { get; } = new();

    public GossipRouter Router { get; }

    public List<(RoutedPeer Peer, Rpc Rpc, FramePriority Priority, RpcFrame Frame)> Sent { get; } = [];

    public List<GossipMessage> Delivered { get; } = [];

    public List<GossipMessage> ToValidate { get; } = [];

    public List<(string Topic, PeerId Peer, bool Joined)> PeerChanges { get; } = [];

    public List<(PeerId Peer, byte[] Record)> Connections { get; } = [];

    public Dictionary<PeerId, byte[]> Records { get; } = [];

    /// <summary>The verdict given at once; null leaves messages to the test.</summary>
    public Verdict? Verdict { get; set; } = Causeway.Libp2p.PubSub.Routing.Verdict.Accept;

    /// <summary>Peers whose queue is full.</summary>
    public HashSet<PeerId> Full { get; } = [];

    public RoutedPeer AddPeer(PeerVersion version = PeerVersion.GossipSub12, bool outbound = false, string? address = null, PeerId? id = null) =>
        Router.AddPeer(id ?? TestPeers.Id(++_peers), version, outbound, address is null ? [] : [IPAddress.Parse(address)], Options.MessageIdForm);

    public RoutedPeer AddPeer(string topic, PeerVersion version = PeerVersion.GossipSub12, bool outbound = false, PeerId? id = null)
    {
        var peer = AddPeer(version, outbound, id: id);
        Router.Receive(peer.Id, TestMessages.Subscribe(true, topic));
        return peer;
    }

    public RoutedPeer[] AddPeers(int count, string topic, PeerVersion version = PeerVersion.GossipSub12, bool outbound = false) =>
        [.. Enumerable.Range(0, count).Select(_ => AddPeer(topic, version, outbound))];

    public void Receive(RoutedPeer from, Action<RpcBuilder> control) => Router.Receive(from.Id, TestMessages.Control(control));

    public void Receive(RoutedPeer from, params byte[][] messages) => Router.Receive(from.Id, TestMessages.Publish(messages));

    public void Graft(RoutedPeer peer, string topic) => Receive(peer, rpc => rpc.AddGraft(topic));

    public void Heartbeat(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Clock.Advance(Options.HeartbeatInterval);
            Router.Heartbeat();
        }
    }

    public GossipMessage Publish(string topic, int size = 10, ulong sequence = 1)
    {
        var message = TestMessages.Publish(TestMessages.Encode(Self, topic, sequence, size)).Messages![0];
        Router.Publish(message);
        return message;
    }

    public IEnumerable<Rpc> SentTo(RoutedPeer peer) => Sent.Where(s => s.Peer == peer).Select(s => s.Rpc);

    public IEnumerable<string> GraftsTo(RoutedPeer peer) => SentTo(peer).SelectMany(r => r.Control?.Graft ?? []);

    public IEnumerable<Prune> PrunesTo(RoutedPeer peer) => SentTo(peer).SelectMany(r => r.Control?.Prune ?? []);

    public IEnumerable<GossipMessage> MessagesTo(RoutedPeer peer) => SentTo(peer).SelectMany(r => r.Messages ?? []);

    public IEnumerable<byte[]> IHavesTo(RoutedPeer peer) => SentTo(peer).SelectMany(r => r.Control?.IHave ?? []).SelectMany(h => h.Ids).Select(i => i.ToArray());

    public IEnumerable<byte[]> IWantsTo(RoutedPeer peer) => SentTo(peer).SelectMany(r => r.Control?.IWant ?? []).Select(i => i.ToArray());

    public IEnumerable<byte[]> IDontWantsTo(RoutedPeer peer) => SentTo(peer).SelectMany(r => r.Control?.IDontWant ?? []).Select(i => i.ToArray());

    bool IGossipOutput.Send(RoutedPeer peer, RpcFrame frame, FramePriority priority)
    {
        if (Full.Contains(peer.Id)) return false;
        Assert.True(TestMessages.TryDecode(frame.Bytes, out var rpc));
        Assert.True(frame.Bytes.Length <= Options.MaxRpcSize + 5);
        Sent.Add((peer, rpc, priority, frame));
        return true;
    }

    void IGossipOutput.Validate(GossipMessage message)
    {
        ToValidate.Add(message);
        if (Verdict is { } verdict) Router.Complete(message, verdict);
    }

    void IGossipOutput.Deliver(GossipMessage message) => Delivered.Add(message);

    void IGossipOutput.PeerChanged(string topic, PeerId peer, bool joined) => PeerChanges.Add((topic, peer, joined));

    void IGossipOutput.MeshChanged(string topic, RoutedPeer peer, bool added)
    {
    }

    void IGossipOutput.Connect(PeerId peer, ReadOnlyMemory<byte> signedRecord) => Connections.Add((peer, signedRecord.ToArray()));

    ReadOnlyMemory<byte> IGossipOutput.SignedRecordOf(PeerId peer) => Records.GetValueOrDefault(peer);
}
