namespace Causeway.Libp2p.Connections.Inbound;

/// <summary>Limits on connections that others open. An address is one IPv4 address or one IPv6 /64 network; loopback and in-process connections are exempt.</summary>
public sealed record InboundOptions
{
    /// <summary>Handshakes under way at once; further connections wait in the listener's backlog. Default 128, at least 1.</summary>
    public int MaxHandshakes { get; init; } = 128;

    /// <summary>Handshakes under way from one address at once; further connections are refused, so that a few addresses cannot hold every place. Default 8, at least 1.</summary>
    public int MaxHandshakesPerAddress { get; init; } = 8;

    /// <summary>Connections from one address at once. Default 64, at least 1.</summary>
    public int MaxPerAddress { get; init; } = 64;

    /// <summary>Connections per second from one address in the long run. Default 16, greater than 0.</summary>
    public double RatePerAddress { get; init; } = 16;

    /// <summary>Connections that one address may open in a burst before the rate applies. Default 64, at least 1.</summary>
    public int BurstPerAddress { get; init; } = 64;

    internal void Validate()
    {
        if (MaxHandshakes < 1 || MaxHandshakesPerAddress < 1 || MaxPerAddress < 1 || BurstPerAddress < 1)
            throw new ArgumentException($"The limits of {nameof(InboundOptions)} must be at least 1.");
        if (!(RatePerAddress > 0)) throw new ArgumentException($"{nameof(InboundOptions)}.{nameof(RatePerAddress)} must be greater than 0.");
    }
}
