using System.Net;
using Causeway.Network.Stun;
using Causeway.Network.Stun.Discovery;

namespace Causeway.Network.Tests.Stun.Discovery;

/// <summary>
/// A NAT (or a firewall, or nothing) with sockets behind it and STUN servers in front, in one thread and without a network: a datagram is delivered before
/// sending it returns, or lost.
/// </summary>
internal sealed class SimulatedNat(NatMapping mapping, NatFiltering filtering, bool hairPins, TimeProvider time)
{
    private static readonly IPAddress Public = IPAddress.Parse("203.0.113.5");

    private readonly List<InsideSocket> _sockets = [];
    private readonly List<(StunServerEndPoint Pair, bool IsUp)> _servers = [];
    private int _ports = 20000;

    public StunClientOptions Patience { get; } = new() { Requests = 3, LastWait = 4 };

    public SimulatedNat WithServer(string primary, string? other = null, bool isUp = true)
    {
        _servers.Add((new StunServerEndPoint(IPEndPoint.Parse(primary), other is null ? null : IPEndPoint.Parse(other)), isUp));
        return this;
    }

    public IStunSocket Open()
    {
        var socket = new InsideSocket(this, new IPEndPoint(IPAddress.Parse("192.168.1.2"), ++_ports));
        _sockets.Add(socket);
        return socket;
    }

    private void Send(InsideSocket socket, byte[] datagram, IPEndPoint to)
    {
        var from = Translate(socket, to);
        socket.SentTo.Add(to);
        if (to.Address.Equals(Public))
        {
            if (hairPins) Deliver(datagram, from, to);
            return;
        }

        foreach (var (pair, isUp) in _servers)
        {
            if (!isUp || Which(pair, to) is not { } received) continue;
            if (new StunResponder(pair).Respond(datagram, from, received) is not { } reply) continue;
            Deliver(reply.Answer, AddressOf(pair, reply.From), from);
        }
    }

    private void Deliver(byte[] datagram, IPEndPoint from, IPEndPoint to)
    {
        var socket = _sockets.Find(s => mapping == NatMapping.None ? s.Local.Equals(to) : s.Mappings.ContainsValue(to));
        if (socket is null) return;
        var isLetIn = filtering switch
        {
            NatFiltering.EndpointIndependent => true,
            NatFiltering.AddressDependent => socket.SentTo.Exists(e => e.Address.Equals(from.Address)),
            _ => socket.SentTo.Contains(from),
        };
        if (isLetIn) socket.Receive(datagram, from);
    }

    private IPEndPoint Translate(InsideSocket socket, IPEndPoint to)
    {
        var key = mapping switch
        {
            NatMapping.None => null,
            NatMapping.EndpointIndependent => "",
            NatMapping.AddressDependent => to.Address.ToString(),
            _ => to.ToString(),
        };
        if (key is null) return socket.Local;
        if (!socket.Mappings.TryGetValue(key, out var mapped)) socket.Mappings.Add(key, mapped = new IPEndPoint(Public, ++_ports));
        return mapped;
    }

    private static StunChange? Which(StunServerEndPoint pair, IPEndPoint to)
    {
        StunChange[] all = pair.Other is null ? [StunChange.None] : [StunChange.None, StunChange.Address, StunChange.Port, StunChange.Address | StunChange.Port];
        return all.Where(w => AddressOf(pair, w).Equals(to)).Select(w => (StunChange?)w).FirstOrDefault();
    }

    private static IPEndPoint AddressOf(StunServerEndPoint pair, StunChange which) =>
        new((which.HasFlag(StunChange.Address) ? pair.Other! : pair.Primary).Address, (which.HasFlag(StunChange.Port) ? pair.Other! : pair.Primary).Port);

    private sealed class InsideSocket : IStunSocket
    {
        private readonly SimulatedNat _nat;
        private Action<StunMessage>? _onRequest;

        public InsideSocket(SimulatedNat nat, IPEndPoint local)
        {
            (_nat, Local) = (nat, local);
            Client = new StunClient(SendAsync, nat.Patience, nat.Time);
        }

        public IPEndPoint Local { get; }

        public List<IPEndPoint> SentTo { get; } = [];

        public Dictionary<string, IPEndPoint> Mappings { get; } = [];

        public StunClient Client { get; }

        public IPEndPoint LocalEndPoint(IPEndPoint destination) => Local;

        public void OnRequest(Action<StunMessage> received) => _onRequest = received;

        public ValueTask SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint to, CancellationToken cancellationToken)
        {
            lock (_nat._sockets) _nat.Send(this, datagram.ToArray(), to);
            return ValueTask.CompletedTask;
        }

        public void Receive(byte[] datagram, IPEndPoint from)
        {
            if (!Client.Process(datagram, from) && StunMessage.TryDecode(datagram, out var message) && message.Class == StunClass.Request) _onRequest?.Invoke(message);
        }

        public ValueTask DisposeAsync()
        {
            lock (_nat._sockets) _nat._sockets.Remove(this);
            return ValueTask.CompletedTask;
        }
    }

    private TimeProvider Time { get; } = time;
}
