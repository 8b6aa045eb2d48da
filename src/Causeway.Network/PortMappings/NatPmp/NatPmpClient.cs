using System.Net;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.NatPmp;

/// <summary>Asks a router by the NAT Port Mapping Protocol (RFC 6886).</summary>
internal sealed class NatPmpClient(IPEndPoint router, IPAddress local, TimeProvider time) : IGatewayClient
{
    private readonly ControlSocket _socket = new(router, local, time);
    private readonly EpochClock _epoch = new(time);
    private bool _hasForgotten;

    public PortMappingProtocol Protocol => PortMappingProtocol.NatPmp;

    public async Task<GatewayStatus> CheckAsync(IReadOnlyCollection<GatewayRequest> mappings, CancellationToken cancellationToken)
    {
        var address = await AddressAsync(cancellationToken);
        var hasForgotten = _hasForgotten;
        _hasForgotten = false;
        return new GatewayStatus(address, hasForgotten);
    }

    public async Task<GatewayMapping> MapAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        var answer = Take(await AskAsync(request, (uint)request.Lifetime.TotalSeconds, cancellationToken));
        if (answer.Port == 0) throw new GatewayException($"{router.Address} grants no port");
        return new GatewayMapping(new IPEndPoint(await AddressAsync(cancellationToken), answer.Port), answer.Lifetime);
    }

    public async Task UnmapAsync(GatewayRequest request, CancellationToken cancellationToken) => Take(await AskAsync(request, 0, cancellationToken));

    public void Dispose()
    {
        // Each question has a socket of its own.
    }

    private async Task<IPAddress> AddressAsync(CancellationToken cancellationToken) =>
        Take(await _socket.AskAsync(NatPmpMessages.WriteAddress(), bytes => NatPmpMessages.ReadAddress(bytes.Span), cancellationToken)).Address!;

    private Task<NatPmpAnswer> AskAsync(GatewayRequest request, uint lifetime, CancellationToken cancellationToken) =>
        _socket.AskAsync(NatPmpMessages.WriteMap(request, lifetime), bytes => NatPmpMessages.ReadMap(bytes.Span, request), cancellationToken);

    private NatPmpAnswer Take(NatPmpAnswer answer)
    {
        if (answer.Epoch is { } epoch) _hasForgotten |= _epoch.HasRestarted(epoch);
        return answer.Result switch
        {
            NatPmpResult.Success => answer,
            NatPmpResult.UnsupportedVersion => throw new GatewayException($"{router.Address} knows no NAT-PMP"),
            NatPmpResult.NotAuthorized => throw new GatewayException($"{router.Address} does not allow this machine to map ports"),
            NatPmpResult.NetworkFailure => throw new GatewayException($"{router.Address} has no connection itself"),
            NatPmpResult.OutOfResources => throw new GatewayException($"{router.Address} has no mapping left for this machine"),
            _ => throw new GatewayException($"{router.Address} refuses (NAT-PMP result {(int)answer.Result})"),
        };
    }
}
