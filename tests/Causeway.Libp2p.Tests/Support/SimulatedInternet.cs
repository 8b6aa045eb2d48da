using System.Collections.Concurrent;
using System.Net;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>Machines with IPv4 addresses inside the process, in front of them routers with NAT: TCP addresses as on the internet, without sockets.</summary>
internal sealed class SimulatedInternet
{
    private readonly ConcurrentDictionary<IPEndPoint, SimulatedListener> _listeners = new();
    private readonly ConcurrentDictionary<IPAddress, SimulatedNat> _routers = new();
    private int _lastPort = 40_000;

    /// <summary>A machine; it dials from the port of its listener where it has one and <paramref name="reusePort"/> is set.</summary>
    public SimulatedMachine Machine(string address, SimulatedNat? nat = null, bool reusePort = true)
    {
        if (nat is not null) _routers.TryAdd(nat.Address, nat);
        return new SimulatedMachine(this, IPAddress.Parse(address), nat, reusePort);
    }

    public int NextPort() => Interlocked.Increment(ref _lastPort);

    public SimulatedListener Listen(IPEndPoint at)
    {
        if (at.Port == 0) at = new IPEndPoint(at.Address, NextPort());
        var listener = new SimulatedListener(Multiaddress.FromTcp(at), () => _listeners.TryRemove(at, out _));
        return _listeners.TryAdd(at, listener) ? listener : throw new Libp2pException(Libp2pError.InvalidArgument, $"{at} is taken.");
    }

    public SimulatedConnection Connect(IPEndPoint source, SimulatedNat? nat, IPEndPoint target)
    {
        var seen = nat is null ? source : nat.Translate(source, target);
        var inside = _routers.TryGetValue(target.Address, out var router) ? router.Admit(target.Port, seen) : target;
        if (inside is null || !_listeners.TryGetValue(inside, out var listener) || (router is null && target.Address.ToString().StartsWith("192.168.", StringComparison.Ordinal)))
            throw new Libp2pException(Libp2pError.Unreachable, $"Nobody answers at {target}.");
        var (ours, theirs) = MemoryConnection.CreatePair(Multiaddress.FromTcp(source), Multiaddress.FromTcp(target));
        listener.Offer(new SimulatedConnection(theirs, Multiaddress.FromTcp(inside), Multiaddress.FromTcp(seen)));
        return new SimulatedConnection(ours, Multiaddress.FromTcp(source), Multiaddress.FromTcp(target));
    }
}
