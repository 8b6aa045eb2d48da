namespace Causeway.Tunnel.Daemon.Control;

/// <summary>Another member, as <c>causeway tunnel peers</c> shows it.</summary>
public sealed record PeerReport
{
    /// <summary>Its peer ID.</summary>
    public required string PeerId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>member or administrator.</summary>
    public required string Role { get; init; }

    /// <summary>Its IPv4 address; null if it has none.</summary>
    public string? Ipv4 { get; init; }

    /// <summary>Its IPv6 address.</summary>
    public string? Ipv6 { get; init; }

    /// <summary>Its MAC address.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Whether there is a session with it.</summary>
    public bool Online { get; init; }

    /// <summary>The way that frames take, such as "relay fra1.example"; null if there is none.</summary>
    public string? Path { get; init; }

    /// <summary>The round trip in milliseconds, member to member; null if not measured.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>Since when the session stands.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The key epoch of the session: how often it was rekeyed.</summary>
    public int? Epoch { get; init; }

    /// <summary>The suite of the session.</summary>
    public string? Suite { get; init; }

    /// <summary>What went through.</summary>
    public TrafficReport Traffic { get; init; } = new();

    /// <summary>Why there is no session, a sentence.</summary>
    public string? Problem { get; init; }
}
