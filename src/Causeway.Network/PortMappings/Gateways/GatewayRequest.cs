using System.Net.Sockets;
using System.Security.Cryptography;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>A mapping as routers are asked for it.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="InternalPort">This machine's port.</param>
internal sealed record GatewayRequest(ProtocolType Protocol, int InternalPort)
{
    /// <summary>The external port that is wished for: at first the same, later the one that was granted.</summary>
    public int ExternalPort { get; init; } = InternalPort;

    /// <summary>What shows the router that it is still us (PCP, RFC 6887 §11.2): 96 random bits that stay the same for the mapping's life.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; } = RandomNumberGenerator.GetBytes(12);

    /// <summary>How long the mapping shall last.</summary>
    public TimeSpan Lifetime { get; init; }
}
