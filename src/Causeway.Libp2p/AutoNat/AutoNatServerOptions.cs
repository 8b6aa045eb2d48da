namespace Causeway.Libp2p.AutoNat;

/// <summary>Limits of the AutoNAT server, for both versions of the protocol together.</summary>
public sealed record AutoNatServerOptions
{
    /// <summary>Requests per minute from all. Default 60 (go-libp2p, <c>p2p/protocol/autonatv2/options.go</c>), at least 1.</summary>
    public int RequestsPerMinute { get; init; } = 60;

    /// <summary>Requests per minute from one peer. Default 12 (go-libp2p, as above), at least 1.</summary>
    public int RequestsPerMinuteAndPeer { get; init; } = 12;

    /// <summary>Requests per minute from one IPv4 address or IPv6 /56 network, however many peers it has. Default 24, at least 1.</summary>
    public int RequestsPerMinuteAndAddress { get; init; } = 24;

    /// <summary>Requests per minute to dial another IP address than the client's, which cost the client data. Default 12 (go-libp2p, as above).</summary>
    public int DialDataPerMinute { get; init; } = 12;

    /// <summary>Requests under way at once. Default 16, at least 1.</summary>
    public int MaxConcurrent { get; init; } = 16;

    /// <summary>Requests under way at once of one peer. Default 2 (go-libp2p, as above), at least 1.</summary>
    public int MaxConcurrentPerPeer { get; init; } = 2;

    /// <summary>How long a dial-back may take. Default 10 seconds (go-libp2p, as above).</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest random wait before another IP address than the client's is dialed, so that servers cannot be sent against it in one go. Default 3 seconds (go-libp2p, as above).</summary>
    public TimeSpan MaxDialDelay { get; init; } = TimeSpan.FromSeconds(3);

    internal void Validate()
    {
        if (RequestsPerMinute < 1 || RequestsPerMinuteAndPeer < 1 || RequestsPerMinuteAndAddress < 1 || MaxConcurrent < 1 || MaxConcurrentPerPeer < 1)
            throw new ArgumentException($"The limits of {nameof(AutoNatServerOptions)} must be at least 1.");
        if (DialDataPerMinute < 0) throw new ArgumentException($"{nameof(DialDataPerMinute)} must not be negative.");
        if (DialTimeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(AutoNatServerOptions)}.{nameof(DialTimeout)} must be positive.");
        if (MaxDialDelay < TimeSpan.Zero) throw new ArgumentException($"{nameof(MaxDialDelay)} must not be negative.");
    }
}
