using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay;

/// <summary>How a host uses relays.</summary>
public sealed record RelayClientOptions
{
    /// <summary>
    /// Reservations to keep while others cannot dial this host. Default 2, so that one relay may go; 0 to only dial through relays. Relays that are
    /// listened on by name (<c>/…/p2p/relay/p2p-circuit</c>) are kept besides, whatever the reachability.
    /// </summary>
    public int Reservations { get; init; } = 2;

    /// <summary>
    /// Reservations to keep where others can dial this host as far as dial-backs tell, but only at an address that none of its interfaces has: a router's.
    /// The router may let in those alone whom this host has dialed before (address-dependent filtering, RFC 4787, section 5), and who dials back is one of
    /// them. Default 1; not more than <see cref="Reservations"/>.
    /// </summary>
    public int ReservationsBehindRouter { get; init; } = 1;

    /// <summary>Whether to reserve while it is not known yet whether others can dial this host. Default yes: a reservation costs little, and silence much.</summary>
    public bool ReserveWhenUnknown { get; init; } = true;

    /// <summary>Relays to prefer, each with <c>/p2p</c>. Connected to when they are needed. Default none.</summary>
    public IReadOnlyList<Multiaddress> Relays { get; init; } = [];

    /// <summary>Whether connected peers that say they relay are asked too. Default yes.</summary>
    public bool UseConnectedPeers { get; init; } = true;

    /// <summary>Where to look for more relays. Default null: nowhere.</summary>
    public IRelaySource? Source { get; init; }

    /// <summary>The pause between two looks into <see cref="Source"/>. Default 30 seconds.</summary>
    public TimeSpan SourceInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long connecting to a relay and its answer may take. Default 20 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The pause after a relay could not be reached; doubled each time. One that refuses is left alone twelve times as long, one that denies permission
    /// for <see cref="BackoffLimit"/>. Default 5 seconds.
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause. Default 1 hour.</summary>
    public TimeSpan BackoffLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Circuits open at once from others through one relay; more are refused. Default 256.</summary>
    public int MaxInboundCircuitsPerRelay { get; init; } = 256;

    internal void Validate()
    {
        if (Reservations is < 0 or > 64) throw new ArgumentException($"{nameof(Reservations)} must be between 0 and 64.");
        if (ReservationsBehindRouter is < 0 or > 64) throw new ArgumentException($"{nameof(ReservationsBehindRouter)} must be between 0 and 64.");
        if (Relays.FirstOrDefault(static relay => relay.PeerId is null || relay.IsRelayed) is { } wrong)
            throw new ArgumentException($"{wrong} is not the address of a relay; expected /…/p2p/<peer ID>.");
        if (SourceInterval <= TimeSpan.Zero || RequestTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(SourceInterval)} and {nameof(RequestTimeout)} must be positive.");
        if (BackoffBase <= TimeSpan.Zero || BackoffLimit < BackoffBase)
            throw new ArgumentException($"{nameof(RelayClientOptions)}: 0 < {nameof(BackoffBase)} ≤ {nameof(BackoffLimit)} must hold.");
        if (MaxInboundCircuitsPerRelay < 1) throw new ArgumentException($"{nameof(MaxInboundCircuitsPerRelay)} must be at least 1.");
    }
}
