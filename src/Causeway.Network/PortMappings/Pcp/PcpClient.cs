using System.Net;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Pcp;

/// <summary>Asks a router by the Port Control Protocol (RFC 6887) for IPv4 mappings.</summary>
internal sealed class PcpClient(IPEndPoint router, IPAddress local, TimeProvider time) : IGatewayClient
{
    private readonly ControlSocket _socket = new(router, local, time);
    private readonly EpochClock _epoch = new(time);
    private bool _hasForgotten;

    public PortMappingProtocol Protocol => PortMappingProtocol.Pcp;

    public async Task<GatewayStatus> CheckAsync(IReadOnlyCollection<GatewayRequest> mappings, CancellationToken cancellationToken)
    {
        Take(await _socket.AskAsync(PcpMessages.WriteAnnounce(local), bytes => PcpMessages.ReadAnnounce(bytes.Span), cancellationToken));
        var hasForgotten = _hasForgotten;
        _hasForgotten = false;
        return new GatewayStatus(null, hasForgotten);
    }

    public async Task<GatewayMapping> MapAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        var answer = Take(await AskAsync(request, (uint)request.Lifetime.TotalSeconds, cancellationToken));
        if (answer.External is not { Port: not 0 } external) throw new GatewayException($"{router.Address} grants no port");
        return new GatewayMapping(external, answer.Lifetime);
    }

    public async Task UnmapAsync(GatewayRequest request, CancellationToken cancellationToken) => Take(await AskAsync(request, 0, cancellationToken));

    public void Dispose()
    {
        // Each question has a socket of its own.
    }

    private Task<PcpAnswer> AskAsync(GatewayRequest request, uint lifetime, CancellationToken cancellationToken) =>
        _socket.AskAsync(PcpMessages.WriteMap(local, request, lifetime), bytes => PcpMessages.ReadMap(bytes.Span, request), cancellationToken);

    private PcpAnswer Take(PcpAnswer answer)
    {
        if (answer.Version == PcpMessages.Version) _hasForgotten |= _epoch.HasRestarted(answer.Epoch);
        return answer.Result switch
        {
            PcpResult.Success => answer,
            PcpResult.UnsupportedVersion => throw new GatewayException($"{router.Address} knows no PCP of version {PcpMessages.Version}"),
            PcpResult.NotAuthorized => throw new GatewayException($"{router.Address} does not allow this machine to map ports"),
            PcpResult.NoResources or PcpResult.QuotaExceeded => throw new GatewayException($"{router.Address} has no mapping left for this machine"),
            PcpResult.CannotProvideExternal => throw new GatewayException($"{router.Address} cannot map this port"),
            PcpResult.AddressMismatch => throw new GatewayException($"{router.Address} sees this machine under another address: a NAT lies between"),
            PcpResult.NetworkFailure => throw new GatewayException($"{router.Address} has no connection itself"),
            _ => throw new GatewayException($"{router.Address} refuses (PCP result {(int)answer.Result})"),
        };
    }
}
