namespace Causeway.Lab.Nats;

/// <summary>One translating router.</summary>
/// <param name="Tcp">What it does with TCP.</param>
public sealed record NatLayer(NatPolicy Tcp)
{
    /// <summary>What it does with UDP; none: it lets no datagram pass.</summary>
    public NatPolicy? Udp { get; init; } = Tcp;

    /// <summary>Whether an external port is the internal one (RFC 4787 section 4.2.1); where a mapping depends on the remote endpoint, ports are random.</summary>
    public bool PreservesPorts { get; init; }

    /// <summary>Whether the machines behind it reach each other under their external endpoints (RFC 4787 section 6).</summary>
    public bool Hairpins { get; init; }

    /// <summary>The one TCP port that may be dialed from behind it, or any.</summary>
    public int? OnlyPort { get; init; }
}
