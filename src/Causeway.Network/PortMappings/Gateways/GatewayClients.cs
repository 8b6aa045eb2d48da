using System.Net;
using Causeway.Network.PortMappings.NatPmp;
using Causeway.Network.PortMappings.Pcp;
using Causeway.Network.PortMappings.Upnp;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>Makes the clients of a router.</summary>
internal static class GatewayClients
{
    /// <summary>One client per protocol of the options, best first.</summary>
    public static IReadOnlyList<IGatewayClient> Create(Gateway gateway, PortMapperOptions options, TimeProvider time)
    {
        var control = new IPEndPoint(gateway.Address, ControlSocket.Port);
        return
        [
            .. options.Protocols.Distinct().Order().Select(protocol => (IGatewayClient)(protocol switch
            {
                PortMappingProtocol.Pcp => new PcpClient(control, gateway.LocalAddress, time),
                PortMappingProtocol.NatPmp => new NatPmpClient(control, gateway.LocalAddress, time),
                _ => new UpnpClient(gateway, options.Description, new UpnpHttp(UpnpHttp.CreateHandler(), time), cancellationToken => SsdpSearch.RunAsync(gateway, time, cancellationToken)),
            })),
        ];
    }
}
