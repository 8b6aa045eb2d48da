using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay;

/// <summary>
/// What a relay does for others. The defaults are go-libp2p's (<c>p2p/protocol/circuitv2/relay/resources.go</c>) where it has one: a relay that
/// costs little and serves peers until they have found a direct path.
/// </summary>
public sealed record CircuitRelayOptions
{
    /// <summary>How long a reservation lasts unless it is renewed. Default 1 hour, 1 second to 1 day.</summary>
    public TimeSpan ReservationLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Reservations in all; a peer has at most one. Default 128.</summary>
    public int MaxReservations { get; init; } = 128;

    /// <summary>
    /// Reservations from one IP address (IPv6: one /64, which is what a subscriber has at least, RFC 6177). Connections of this machine are not
    /// counted. Default 8.
    /// </summary>
    public int MaxReservationsPerAddress { get; init; } = 8;

    /// <summary>
    /// Reservations from one network: an IPv4 /24 (the smallest that is announced between providers) or an IPv6 /48 (what a site has, RFC 6177).
    /// It stands in for the autonomous system, which needs a database to find out. Default 32.
    /// </summary>
    public int MaxReservationsPerSubnet { get; init; } = 32;

    /// <summary>Circuits open at once in all. Default 1024.</summary>
    public int MaxCircuits { get; init; } = 1024;

    /// <summary>Circuits open at once from one peer, and to one. Default 16.</summary>
    public int MaxCircuitsPerPeer { get; init; } = 16;

    /// <summary>What each circuit may carry; null for no limits, and then the ends may use it for anything. Default 2 minutes and 128 KiB in each direction.</summary>
    public CircuitLimit? Limit { get; init; } = new();

    /// <summary>The most that is copied at once, in bytes; buffers grow with what arrives, an idle circuit holds none. Default 256 KiB, 1 KiB to 1 MiB.</summary>
    public int BufferSize { get; init; } = 256 * 1024;

    /// <summary>How long the target may take to accept a circuit. Default 30 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a peer may take to say what it wants, and to take the answer. Default 1 minute.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether a peer, connected from an address, may reserve. Called for each request; must not block. Default null: any may.</summary>
    public Func<PeerId, Multiaddress, bool>? AllowReservation { get; init; }

    /// <summary>Whether the first peer, connected from an address, may open a circuit to the second. Called for each request; must not block. Default null: any may.</summary>
    public Func<PeerId, Multiaddress, PeerId, bool>? AllowCircuit { get; init; }

    internal void Validate()
    {
        if (ReservationLifetime < TimeSpan.FromSeconds(1) || ReservationLifetime > TimeSpan.FromDays(1))
            throw new ArgumentException($"{nameof(ReservationLifetime)} must be between 1 second and 1 day.");
        if (MaxReservations < 0 || MaxReservationsPerAddress < 1 || MaxReservationsPerSubnet < 1)
            throw new ArgumentException($"{nameof(MaxReservations)} must not be negative, {nameof(MaxReservationsPerAddress)} and {nameof(MaxReservationsPerSubnet)} must be at least 1.");
        if (MaxCircuits < 0 || MaxCircuitsPerPeer < 1)
            throw new ArgumentException($"{nameof(MaxCircuits)} must not be negative, and {nameof(MaxCircuitsPerPeer)} must be at least 1.");
        if (BufferSize is < 1024 or > 1024 * 1024) throw new ArgumentException($"{nameof(BufferSize)} must be between 1 KiB and 1 MiB.");
        if (ConnectTimeout <= TimeSpan.Zero || RequestTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(ConnectTimeout)} and {nameof(RequestTimeout)} must be positive.");
        Limit?.Validate();
    }
}
