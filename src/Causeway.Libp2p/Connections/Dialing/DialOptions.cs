namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>How connections are opened.</summary>
public sealed record DialOptions
{
    /// <summary>
    /// How long a dial may take in all: every address, security and muxer included. Default 15 seconds. Names get a third of it beforehand;
    /// those that do not resolve in that time are left out.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long an attempt has the field to itself before the next address is tried beside it; a failed attempt starts the next one at once.
    /// Default 250 ms (RFC 8305, section 8, "Connection Attempt Delay").
    /// </summary>
    public TimeSpan Stagger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Attempts under way at once to one peer. Default 8, at least 1.</summary>
    public int MaxParallelPerPeer { get; init; } = 8;

    /// <summary>Attempts under way at once in all; more wait for their turn. Default 128, at least 1.</summary>
    public int MaxParallel { get; init; } = 128;

    /// <summary>Addresses tried in one dial. Default 64, at least 1.</summary>
    public int MaxAddresses { get; init; } = 64;

    /// <summary>Pause after the first failure of an address or peer; doubled with each further one. Default 1 second.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default 5 minutes.</summary>
    public TimeSpan BackoffLimit { get; init; } = TimeSpan.FromMinutes(5);

    internal void Validate()
    {
        if (Timeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(DialOptions)}.{nameof(Timeout)} must be positive.");
        if (Stagger < TimeSpan.Zero) throw new ArgumentException($"{nameof(DialOptions)}.{nameof(Stagger)} must not be negative.");
        if (MaxParallelPerPeer < 1 || MaxParallel < 1 || MaxAddresses < 1)
            throw new ArgumentException($"The limits of {nameof(DialOptions)} must be at least 1.");
        if (BackoffBase < TimeSpan.Zero || BackoffLimit < BackoffBase)
            throw new ArgumentException($"{nameof(DialOptions)}: 0 ≤ {nameof(BackoffBase)} ≤ {nameof(BackoffLimit)} must hold.");
    }
}
