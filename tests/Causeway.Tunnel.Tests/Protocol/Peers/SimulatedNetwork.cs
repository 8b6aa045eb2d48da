using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>
/// Any number of members in one process, on one clock, and a relay between them that does what a test tells it: it may drop, delay, repeat, reorder, edit, redirect
/// and invent. Everything happens in a fixed order.
/// </summary>
internal sealed class SimulatedNetwork
{
    private readonly PriorityQueue<Packet, (DateTimeOffset, long)> _inFlight = new();
    private readonly Dictionary<TunnelPeerId, SimulatedMember> _members = [];
    private readonly HashSet<TunnelPeerId> _offline = [];
    private long _number;

    public SimulatedNetwork(params string[] names)
    {
        foreach (var name in names) Add(name);
        foreach (var member in _members.Values) member.Knows(_members.Values);

        // A HELLO must be later than its receiver's start.
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    public ManualTimeProvider Time { get; } = new();

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>How long a packet is on its way.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>What the relay makes of a packet: any number of packets. It forwards it as it is, by default.</summary>
    public Func<Packet, IEnumerable<Packet>> Relay { get; set; } = packet => [packet];

    /// <summary>Everything that members have sent, in order.</summary>
    public List<Packet> Sent { get; } = [];

    public SimulatedMember this[string name] => _members.Values.Single(m => m.Name == name);

    public IEnumerable<SimulatedMember> Members => _members.Values;

    public SimulatedMember Add(string name)
    {
        var member = new SimulatedMember(this, name);
        _members.Add(member.Id, member);
        return member;
    }

    public string NameOf(TunnelPeerId id) => _members.TryGetValue(id, out var member) ? member.Name : "nobody";

    /// <summary>Whether the relay has a connection of this member.</summary>
    public void SetOnline(SimulatedMember member, bool online)
    {
        if (online) _offline.Remove(member.Id);
        else _offline.Add(member.Id);
    }

    /// <summary>A member sends.</summary>
    public void Post(SimulatedMember from, TunnelPeerId to, byte[] payload)
    {
        if (_offline.Contains(from.Id)) return;
        var packet = new Packet(from.Id, to, payload);
        Sent.Add(packet);
        foreach (var result in Relay(packet)) Inject(result);
    }

    /// <summary>The relay sends, from whomever and whatever it likes.</summary>
    public void Inject(Packet packet) => _inFlight.Enqueue(packet, (Now + Latency + packet.Delay, _number++));

    /// <summary>Lets everything happen that happens within this time.</summary>
    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            foreach (var member in _members.Values) member.Endpoint.RunWork();
            var next = end;
            if (_inFlight.TryPeek(out _, out var first) && first.Item1 < next) next = first.Item1;
            foreach (var member in _members.Values)
            {
                var due = member.Endpoint.TimeUntilDue;
                if (due >= TimeSpan.Zero && Now + due < next) next = Now + due;
            }

            if (next > Now) Time.Advance(next - Now);
            var happened = false;
            while (_inFlight.TryPeek(out _, out var due) && due.Item1 <= Now)
            {
                Deliver(_inFlight.Dequeue());
                happened = true;
            }

            foreach (var member in _members.Values.Where(m => m.Endpoint.TimeUntilDue == TimeSpan.Zero))
            {
                member.Endpoint.OnTime();
                happened = true;
            }

            if (Now >= end && !happened) return;
        }
    }

    private void Deliver(Packet packet)
    {
        if (!_members.TryGetValue(packet.To, out var to) || _offline.Contains(packet.To))
        {
            if (_members.TryGetValue(packet.From, out var sender)) sender.Endpoint.OnUnreachable(packet.To);
            return;
        }

        to.Endpoint.OnPayload(packet.From, packet.Payload.ToArray());
        to.Endpoint.RunWork();
    }
}
