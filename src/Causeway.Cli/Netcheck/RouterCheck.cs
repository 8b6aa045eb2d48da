using System.Net.Sockets;
using Causeway.Network.Netlink;
using Causeway.Network.PortMappings;

namespace Causeway.Cli.Netcheck;

/// <summary>Asks the router whether it forwards ports, and has it forward one for the time of the check.</summary>
internal static class RouterCheck
{
    /// <summary>Asks.</summary>
    /// <param name="mapper">What makes the mapping; disposing it removes the mapping again.</param>
    /// <param name="port">A TCP port of this machine that is listened on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<RouterReport> RunAsync(PortMapper mapper, int port, TimeProvider time, CancellationToken cancel)
    {
        var mapping = mapper.AddAsync(ProtocolType.Tcp, port, cancel);
        IReadOnlyList<GatewayReport> protocols = [];
        try
        {
            protocols = await PortMapper.ProbeAsync(timeProvider: time, cancellationToken: cancel);
        }
        catch (Exception e) when (e is NetlinkException or PlatformNotSupportedException)
        {
            // The mapper says what that means.
        }

        return Describe(protocols, await mapping);
    }

    /// <summary>What came of it.</summary>
    public static RouterReport Describe(IReadOnlyList<GatewayReport> protocols, PortMapping mapping) => new()
    {
        Protocols = [.. protocols.Select(static p => new RouterProtocol(NameOf(p.Protocol), p.IsAvailable, p.Problem))],
        ExternalAddress = (mapping.RouterEndPoint?.Address ?? protocols.FirstOrDefault(static p => p.ExternalAddress is not null)?.ExternalAddress)?.ToString(),
        Via = mapping.Via is { } via ? NameOf(via) : null,
        Forwarded = mapping.RouterEndPoint?.ToString(),
        DoubleNat = mapping.IsDoubleNat,
        Problem = mapping.Problem,
    };

    private static string NameOf(PortMappingProtocol protocol) => protocol switch
    {
        PortMappingProtocol.Pcp => "PCP",
        PortMappingProtocol.NatPmp => "NAT-PMP",
        _ => "UPnP",
    };
}
