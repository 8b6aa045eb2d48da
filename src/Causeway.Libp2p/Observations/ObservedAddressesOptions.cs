namespace Causeway.Libp2p.Observations;

/// <summary>When what others see of us is believed.</summary>
public sealed record ObservedAddressesOptions
{
    /// <summary>
    /// How many observers must agree before an address is announced that nobody has dialed back yet. Default 4 (go-libp2p,
    /// <c>p2p/host/observedaddrs</c>), at least 1. In a network with fewer peers an address is announced when AutoNAT has dialed it: a dial-back proves more
    /// than any number of claims.
    /// </summary>
    public int ActivationThreshold { get; init; } = 4;

    /// <summary>How long an observation counts after its connection has ended. Default 40 minutes (four rounds of go-libp2p's 10 minutes).</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>Observations kept of one observer (one IPv4 /24 or IPv6 /56 network), so that a liar cannot crowd out others. Default 8, at least 1.</summary>
    public int MaxPerObserver { get; init; } = 8;

    /// <summary>Addresses announced for one local address: those with the most observers. Default 3 (go-libp2p), at least 1.</summary>
    public int MaxPerListener { get; init; } = 3;

    /// <summary>
    /// Whether loopback and private networks count: observers there are believed, and addresses there are announced. For labs and closed networks. Default no.
    /// </summary>
    public bool AllowPrivate { get; init; }

    internal void Validate()
    {
        if (ActivationThreshold < 1 || MaxPerObserver < 1 || MaxPerListener < 1)
            throw new ArgumentException($"The limits of {nameof(ObservedAddressesOptions)} must be at least 1.");
        if (Lifetime <= TimeSpan.Zero) throw new ArgumentException($"{nameof(ObservedAddressesOptions)}.{nameof(Lifetime)} must be positive.");
    }
}
