using System.Collections.Immutable;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Discovery.Bootstrap;

/// <summary>Which peers a host begins with.</summary>
public sealed record BootstrapOptions
{
    /// <summary>Their addresses, each with <c>/p2p</c>; several of one peer are tried one after the other. Default none. See <see cref="PublicBootstrapPeers"/>.</summary>
    public ImmutableArray<Multiaddress> Peers { get; init; } = [];

    /// <summary>With fewer connected peers than this, whoever they are, bootstrap peers are dialed. 1 to 1000; default 4 (kubo's <c>MinPeerThreshold</c>).</summary>
    public int MinConnections { get; init; } = 4;

    /// <summary>
    /// The pause before they are dialed again; doubled while none answers, with a jitter of a quarter, so that the clients of a peer that was restarted do not
    /// come back all at once. 1 second to 1 hour; default 5 seconds.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause. <see cref="RetryDelay"/> to 1 day; default 5 minutes.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or an address names no peer; the message says which.</exception>
    public void Validate()
    {
        if (Peers.FirstOrDefault(static address => address.PeerId is null) is { } nameless)
            throw new ArgumentException($"The bootstrap address {nameless} does not say which peer is there. Add /p2p/ and its peer ID.");
        Check(MinConnections is >= 1 and <= 1000, nameof(MinConnections), "1 to 1000");
        Check(RetryDelay >= TimeSpan.FromSeconds(1) && RetryDelay <= TimeSpan.FromHours(1), nameof(RetryDelay), "1 second to 1 hour");
        Check(MaxRetryDelay >= RetryDelay && MaxRetryDelay <= TimeSpan.FromDays(1), nameof(MaxRetryDelay), $"{nameof(RetryDelay)} to 1 day");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
