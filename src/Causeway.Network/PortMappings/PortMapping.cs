using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.PortMappings;

/// <summary>A port of this machine that the router is to forward, and how that stands.</summary>
public sealed record PortMapping
{
    /// <summary>TCP or UDP.</summary>
    public required ProtocolType Protocol { get; init; }

    /// <summary>The port of this machine, 1 to 65535.</summary>
    public required int InternalPort { get; init; }

    /// <summary>The public address and port under which this machine is reached; null while there is none (<see cref="Problem"/> says why).</summary>
    public IPEndPoint? ExternalEndPoint { get; init; }

    /// <summary>The address and port on the router's far side, whether or not they are public; null while nothing is granted.</summary>
    public IPEndPoint? RouterEndPoint { get; init; }

    /// <summary>How the router was asked; null while it has not granted anything.</summary>
    public PortMappingProtocol? Via { get; init; }

    /// <summary>How long the router keeps the mapping without being asked again; it is renewed at half of it. <see cref="Timeout.InfiniteTimeSpan"/> for a router that knows only permanent mappings; null while there is none.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Whether the router itself has a private address, so that another NAT lies between it and the Internet and the mapping is of no use.</summary>
    public bool IsDoubleNat { get; init; }

    /// <summary>Why there is no external address, as a sentence for the user; null if there is one.</summary>
    public string? Problem { get; init; }
}
