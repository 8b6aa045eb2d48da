namespace Causeway.Node.Control;

/// <summary>Who a node is and how it stands.</summary>
public sealed record NodeReport
{
    /// <summary>Its peer ID.</summary>
    public required string PeerId { get; init; }

    /// <summary>What it calls itself in Identify.</summary>
    public required string Agent { get; init; }

    /// <summary>The addresses it tells others, each with <c>/p2p</c>.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The protocols it serves.</summary>
    public required IReadOnlyList<string> Protocols { get; init; }

    /// <summary><c>public</c>, <c>private</c> or <c>unknown</c>.</summary>
    public required string Reachability { get; init; }

    /// <summary>Its addresses that others have dialed when they were asked to (AutoNAT 2).</summary>
    public IReadOnlyList<string> Reachable { get; init; } = [];

    /// <summary>Its addresses that they could not dial.</summary>
    public IReadOnlyList<string> Unreachable { get; init; } = [];

    /// <summary>How many connections it has.</summary>
    public int Connections { get; init; }

    /// <summary>Its DHT: <c>server</c>, <c>client</c>, or null without one.</summary>
    public string? Dht { get; init; }

    /// <summary>Peers in the routing table of the DHT.</summary>
    public int RoutingTable { get; init; }

    /// <summary>Reservations that others hold at its relay.</summary>
    public int Reservations { get; init; }

    /// <summary>Circuits that it relays.</summary>
    public int Circuits { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; init; }
}
