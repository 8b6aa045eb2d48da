using System.Net;

namespace Causeway.Network.Stun.Discovery;

/// <summary>What lies between this machine and a STUN server, for UDP of one address family.</summary>
public sealed record NatBehavior
{
    /// <summary>Whether any server answered; if not, nothing else is known: UDP is blocked, or the servers are down.</summary>
    public bool IsReachable => PublicEndPoint is not null;

    /// <summary>The address and port of one of the sockets that asked; null where nothing answered.</summary>
    public IPEndPoint? LocalEndPoint { get; init; }

    /// <summary>The same socket as the server sees it; null where nothing answered.</summary>
    public IPEndPoint? PublicEndPoint { get; init; }

    /// <summary>Which public port a socket gets.</summary>
    public NatMapping Mapping { get; init; }

    /// <summary>Whose datagrams come in.</summary>
    public NatFiltering Filtering { get; init; }

    /// <summary>Whether two sockets behind the same NAT reach each other by their public addresses (RFC 4787 §6); null if it was not found out, or there is no NAT.</summary>
    public bool? HairPinning { get; init; }

    /// <summary>How long the server's answer took, with what was sent again for it; null where nothing answered.</summary>
    public TimeSpan? RoundTrip { get; init; }
}
