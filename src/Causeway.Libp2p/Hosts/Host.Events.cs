using Causeway.Libp2p.Discovery;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <content>Events and discovered peers.</content>
internal sealed partial class Host
{
    public event Action<HostEvent>? Changed;

    public event Action<PeerId>? Discovered;

    public void AddDiscovered(PeerId peer, IEnumerable<Multiaddress> addresses)
    {
        if (peer.Equals(Id)) return;
        _peers.AddAddresses(peer, addresses, AddressLifetime.Discovered);
        Discovered?.Invoke(peer);
    }

    public T? Component<T>()
        where T : class
    {
        lock (_components) return _components.OfType<T>().FirstOrDefault();
    }

    // Asked when no address of a peer is known.
    private async ValueTask<IReadOnlyList<Multiaddress>> FindAsync(PeerId peer, CancellationToken cancellationToken)
    {
        IPeerRouting[] routings;
        lock (_components) routings = [.. _components.OfType<IPeerRouting>()];
        foreach (var routing in routings)
        {
            IReadOnlyList<Multiaddress> found = [];
            try
            {
                found = await routing.FindPeerAsync(peer, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // Another may know; and else the dial's own failure is what its caller should hear of.
                _log.RoutingFailed(routing.GetType().Name, peer, error);
            }

            if (found.Count == 0) continue;
            _peers.AddAddresses(peer, found, AddressLifetime.Discovered);
            return _peers.AddressesOf(peer);
        }

        return [];
    }

    private void Observe()
    {
        _swarm.Opened += connection =>
        {
            _events.Post(new HostEvent.ConnectionOpened(connection));
            _identify.Start(connection);
        };
        _swarm.Closed += (connection, isLast) => _events.Post(new HostEvent.ConnectionClosed(connection, isLast));
        _protocols.Changed += () =>
        {
            _events.Post(new HostEvent.ProtocolsChanged());
            _identify.Changed("protocols_updated");
        };
    }

    // A subscriber that throws must not keep the others from hearing of it: each is called by itself.
    private void Raise(HostEvent change)
    {
        if (Changed is not { } subscribers) return;
        List<Exception>? errors = null;
        foreach (var subscriber in Delegate.EnumerateInvocationList(subscribers))
        {
            try
            {
                subscriber(change);
            }
            catch (Exception error)
            {
                (errors ??= []).Add(error);
            }
        }

        if (errors is not null) throw new AggregateException(errors);
    }
}
