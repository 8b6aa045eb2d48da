using System.Text.Json.Serialization;

namespace Causeway.Cli.Netcheck;

/// <summary>What the network between this machine and others lets through.</summary>
internal sealed record NetcheckReport
{
    /// <summary>IPv4: this machine's addresses, and what lies before them.</summary>
    public required FamilyReport Ipv4 { get; init; }

    /// <summary>IPv6, likewise.</summary>
    public required FamilyReport Ipv6 { get; init; }

    /// <summary>Whether the router forwards ports when asked; null where it was not asked.</summary>
    public RouterReport? Router { get; init; }

    /// <summary>Whether others can dial this machine, as far as the named nodes tell; null where none was named.</summary>
    public ReachReport? Reach { get; init; }

    /// <summary>The nodes that were tried.</summary>
    public required IReadOnlyList<NodeCheck> Nodes { get; init; }
}

/// <summary>One address family.</summary>
internal sealed record FamilyReport
{
    /// <summary>This machine's addresses, loopback and link-local ones left out.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>UDP, as far as STUN servers tell; null where none was named.</summary>
    public UdpReport? Udp { get; init; }
}

/// <summary>UDP of one address family.</summary>
internal sealed record UdpReport
{
    /// <summary>Whether a STUN server answered.</summary>
    public bool Works { get; init; }

    /// <summary>This machine's address and port as the server saw it.</summary>
    public string? PublicEndPoint { get; init; }

    /// <summary>RFC 4787 §4.1: <c>none</c> (no translation), <c>endpoint-independent</c>, <c>address-dependent</c>, <c>address-and-port-dependent</c>, <c>dependent</c> (one of the two) or <c>unknown</c>.</summary>
    public string? Mapping { get; init; }

    /// <summary>RFC 4787 §5: <c>endpoint-independent</c>, <c>address-dependent</c>, <c>address-and-port-dependent</c> or <c>unknown</c>.</summary>
    public string? Filtering { get; init; }

    /// <summary>RFC 4787 §6: whether two sockets behind the NAT reach each other by their public addresses; null when it was not found out.</summary>
    public bool? HairPinning { get; init; }

    /// <summary>How long the server's answer took.</summary>
    public double? RoundTripMilliseconds { get; init; }
}

/// <summary>The router before this machine.</summary>
internal sealed record RouterReport
{
    /// <summary>The protocols that it was asked in; none where no router is known.</summary>
    public required IReadOnlyList<RouterProtocol> Protocols { get; init; }

    /// <summary>The router's address on its far side.</summary>
    public string? ExternalAddress { get; init; }

    /// <summary>The protocol by which it forwarded a port for the check.</summary>
    public string? Via { get; init; }

    /// <summary>Its address and port that led to this machine during the check.</summary>
    public string? Forwarded { get; init; }

    /// <summary>Whether its far side is private, so that another NAT lies before it.</summary>
    public bool DoubleNat { get; init; }

    /// <summary>Why others do not get through there; null if they do.</summary>
    public string? Problem { get; init; }
}

/// <summary>One protocol to ask a router in: <c>PCP</c>, <c>NAT-PMP</c> or <c>UPnP</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Speaks">Whether the router speaks it.</param>
/// <param name="Problem">Why not.</param>
internal sealed record RouterProtocol(string Name, bool Speaks, string? Problem);

/// <summary>Whether others can dial this machine (AutoNAT).</summary>
internal sealed record ReachReport
{
    /// <summary><c>public</c>, <c>private</c> or <c>unknown</c>.</summary>
    public required string Reachability { get; init; }

    /// <summary>Addresses at which nodes have dialed this machine.</summary>
    public required IReadOnlyList<string> Reachable { get; init; }

    /// <summary>Addresses at which they could not.</summary>
    public required IReadOnlyList<string> Unreachable { get; init; }
}

/// <summary>One node.</summary>
internal sealed record NodeCheck
{
    /// <summary>As it was named.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it could be connected.</summary>
    public bool Reached { get; init; }

    /// <summary>Why not.</summary>
    public string? Problem { get; init; }

    /// <summary>How long connecting took: TCP or WebSocket, Noise, Yamux.</summary>
    public double? ConnectMilliseconds { get; init; }

    /// <summary>The shortest of three pings.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>Whether it relays.</summary>
    public bool Relays { get; init; }

    /// <summary>This machine's address and port as the node saw it.</summary>
    public string? Observed { get; init; }
}

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetcheckReport))]
internal sealed partial class NetcheckJson : JsonSerializerContext;
