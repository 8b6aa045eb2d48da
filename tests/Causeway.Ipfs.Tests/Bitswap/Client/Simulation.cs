using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Client;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Client;

/// <summary>The client's core among simulated peers, in simulated time.</summary>
internal sealed class Simulation
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly PriorityQueue<Action, (TimeSpan, int)> _events = new();
    private readonly Dictionary<PeerId, SimulatedPeer> _peers = [];
    private readonly HashSet<PeerId> _gone = [];
    private int _order;

    public Simulation(BitswapOptions? options = null)
    {
        Core = new ClientCore(options ?? new BitswapOptions());
        Session = Core.CreateSession();
        At(Tick, OnTick);
    }

    public ClientCore Core { get; }

    public SessionCore Session { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>Blocks that came though they had come before.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Messages with blocks that were not asked for.</summary>
    public int Wrong { get; private set; }

    /// <summary>Providers that were searched for.</summary>
    public List<Cid> Searches { get; } = [];

    /// <summary>Wants that failed.</summary>
    public List<IpfsException> Failures { get; } = [];

    public int Received { get; private set; }

    public void Connect(SimulatedPeer peer)
    {
        _peers[peer.Id] = peer;
        Core.OnConnected(peer.Id, Now);
        if (peer.GoneAt is { } at) At(at, () => Disconnect(peer));
        Flush();
    }

    public void ConnectAt(TimeSpan time, SimulatedPeer peer) => At(time, () => Connect(peer));

    public void Disconnect(SimulatedPeer peer)
    {
        _gone.Add(peer.Id);
        Core.OnDisconnected(peer.Id, Now);
    }

    /// <summary>Asks for blocks, no more than <paramref name="ahead"/> at once, until all are here or time is up.</summary>
    public void Fetch(IReadOnlyList<Block> blocks, TimeSpan limit, int ahead = 512)
    {
        var next = 0;
        void More()
        {
            while (Core.WantCount < ahead && next < blocks.Count) Core.Want(Session, blocks[next++].Cid, Now);
            Flush();
        }

        More();
        while (Received + Failures.Count < blocks.Count && Now < limit && _events.TryDequeue(out var action, out var due))
        {
            Now = due.Item1;
            action();
            More();
        }
    }

    private void OnTick()
    {
        Core.OnTick(Now);
        At(Now + Tick, OnTick);
    }

    private void At(TimeSpan time, Action action) => _events.Enqueue(action, (time, _order++));

    private void Flush()
    {
        var output = Core.TakeOutput();
        Searches.AddRange(output.Searches.Select(static search => search.Cid));
        Failures.AddRange(output.Failed.Select(static failed => failed.Error));
        foreach (var id in output.Told)
        {
            if (!_peers.TryGetValue(id, out var peer) || _gone.Contains(id)) continue;
            var message = new OutgoingMessage();
            Core.TakeChanges(id, message, 4096);
            Assert.True(BitswapDecoder.TryDecode(message.ToArray(), out var sent));
            At(Now + peer.Latency, () =>
            {
                foreach (var (at, answer) in peer.Answer(sent.Wants, Now).ToArray()) At(at, () => Send(answer));
            });
        }
    }

    private void Send(SimulatedAnswer answer)
    {
        if (answer.Length is not null && !answer.Peer.Sends(answer.Cid)) return;
        At(Now + answer.Peer.Latency, () => Arrive(answer));
    }

    private void Arrive(SimulatedAnswer answer)
    {
        if (_gone.Contains(answer.Peer.Id)) return;
        Core.OnProgress(answer.Peer.Id, Now);
        if (answer.IsWrong)
        {
            Wrong++;
            Core.OnWrongBlock(answer.Peer.Id, Now);
        }
        else if (answer.Length is { } length)
        {
            Assert.True(Core.WasAsked(answer.Peer.Id, answer.Cid.Hash));
            if (Core.IsWanted(answer.Cid.Hash, out _)) Received++;
            else Duplicates++;
            foreach (var want in Core.OnBlock(answer.Peer.Id, answer.Cid.Hash, length, Now)) want.Complete(default);
            Core.AssignHungry(Now);
        }
        else
        {
            Core.OnPresences(answer.Peer.Id, [new BlockPresence(answer.Cid, answer.Has)], Now);
        }
    }
}
