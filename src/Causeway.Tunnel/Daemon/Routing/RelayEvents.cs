using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Relays;

namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>What relays bring, handed on to the endpoint; and what becomes of the relays, to whoever is concerned.</summary>
internal sealed class RelayEvents(RouteTable routes, HandshakeContext context, Warnings warnings, Action onConnected, Action onChanged) : IRelayLinkOwner
{
    private TunnelEndpoint? _endpoint;
    private RelaySet? _relays;

    /// <summary>Where things go; before any relay begins.</summary>
    public void Attach(TunnelEndpoint endpoint, RelaySet relays) => (_endpoint, _relays) = (endpoint, relays);

    public void OnPayload(RelayLink link, TunnelPeerId source, Span<byte> payload) => _endpoint!.OnPayload(source, payload);

    public void OnHeard(RelayLink link, TunnelPeerId source) => routes.Find(source)?.MarkPresent(link);

    public void OnUnreachable(RelayLink link, TunnelPeerId destination)
    {
        var route = routes.FindOrAdd(destination);
        route.MarkAbsent(link);

        // While there is another way the attempt goes on there.
        if (!route.HasWay(_relays!.Links)) _endpoint!.OnUnreachable(destination);
    }

    public void OnStatus(RelayLink link, RelayConnectionStatus status)
    {
        _relays!.PlacesChanged();
        var isOff = status.ClockDifference.Duration() > RelayConnection.ClockTolerance;
        warnings.Set($"clock {link.Url.Authority}", isOff ? Describe(link, status.ClockDifference) : null);
        if (status.State == RelayConnectionState.Connected)
        {
            if (status.ObservedAddress is { Port: not 0 } observed) context.Parameters = context.Parameters with { ObservedAddress = observed };
            _endpoint!.RetryNow();
            onConnected();
        }

        onChanged();
    }

    private static string Describe(RelayLink link, TimeSpan difference) =>
        $"The clock of the relay at {link.Url.Authority} is {difference.Duration().TotalSeconds:0} s {(difference > TimeSpan.Zero ? "ahead of" : "behind")} this machine's: check that this machine's clock is right, since handshakes and invitations depend on it.";
}
