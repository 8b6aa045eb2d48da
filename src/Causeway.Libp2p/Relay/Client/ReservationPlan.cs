using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>Decides which relays to ask when: keeps the wanted number of reservations, renews in time, leaves those alone that failed. Does no I/O; not thread-safe.</summary>
internal sealed class ReservationPlan(RelayClientOptions options, Func<double> random)
{
    // Candidates remembered; of more than these the worst are forgotten.
    private const int MaxKnown = 256;
    private const int RefusedFactor = 12;

    // Renewed between 70 and 80 % of the time: relays that serve many peers do not hear them all at once, and there is time to try again.
    private const double RenewAfter = 0.7;
    private const double RenewJitter = 0.1;

    // A clock of ours that runs ahead makes every reservation look over; the relay knows better.
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    private readonly Dictionary<PeerId, KnownRelay> _relays = [];

    /// <summary>Reservations to keep besides those at named relays.</summary>
    public int Wanted { get; set; }

    /// <summary>Reservations held.</summary>
    public int HeldCount => _relays.Values.Count(static relay => relay.IsHeld);

    /// <summary>Reservations that are missing and that no request under way may bring.</summary>
    public int Missing => Math.Max(0, Wanted - _relays.Values.Count(static relay => relay.Kind != RelayKind.Named && (relay.IsHeld || relay.IsAsked)));

    /// <summary>Our addresses through relays.</summary>
    public IEnumerable<Multiaddress> Addresses =>
        _relays.Values.Where(static relay => relay.IsHeld).OrderBy(static relay => relay.Kind).SelectMany(static relay => relay.Addresses);

    /// <summary>Whether we hold, or may be about to hold, a reservation there.</summary>
    public bool Uses(PeerId peer) => _relays.TryGetValue(peer, out var relay) && (relay.IsHeld || relay.IsAsked);

    /// <summary>Takes a peer for a relay. A better reason than the one known replaces it.</summary>
    public void Suggest(PeerId peer, RelayKind kind)
    {
        if (_relays.TryGetValue(peer, out var known))
        {
            if (kind < known.Kind) known.Kind = kind;
            return;
        }

        if (_relays.Count >= MaxKnown)
        {
            var worst = _relays.Values.Where(static relay => relay is { IsHeld: false, IsAsked: false, Kind: > RelayKind.Configured }).MaxBy(static relay => relay.Failures);
            if (worst is null) return;
            _relays.Remove(worst.Peer);
        }

        _relays.Add(peer, new KnownRelay(peer) { Kind = kind });
    }

    /// <summary>The relays to ask now; the caller asks each and tells what came of it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isUsable">Whether a candidate of the kind can be asked: one that was only known because it was connected must be connected still.</param>
    public IReadOnlyList<PeerId> TakeDue(DateTimeOffset now, Func<PeerId, RelayKind, bool> isUsable)
    {
        var due = _relays.Values.Where(relay => !relay.IsAsked && relay.NextAsk <= now && (relay.IsHeld || relay.Kind == RelayKind.Named)).ToList();
        foreach (var relay in due) relay.IsAsked = true;
        var candidates = _relays.Values
            .Where(relay => relay is { IsAsked: false, IsHeld: false } && relay.NextAsk <= now && isUsable(relay.Peer, relay.Kind))
            .OrderBy(static relay => relay.Kind)
            .ThenBy(static relay => relay.Failures)
            .ThenBy(_ => random())
            .Take(Missing)
            .ToList();
        foreach (var relay in candidates) relay.IsAsked = true;
        return [.. due.Concat(candidates).Select(static relay => relay.Peer)];
    }

    /// <summary>When there may be something to do next; null when only an event can bring it about.</summary>
    public DateTimeOffset? NextDue()
    {
        var missing = Missing > 0;
        var times = _relays.Values.Where(relay => !relay.IsAsked && (relay.IsHeld || missing || relay.Kind == RelayKind.Named)).Select(static relay => relay.NextAsk)
            .Concat(_relays.Values.Where(static relay => relay.IsHeld).Select(static relay => relay.Expires!.Value));
        return times.Select(static time => (DateTimeOffset?)time).Min();
    }

    /// <summary>A relay has made or renewed a reservation.</summary>
    public void Granted(PeerId peer, DateTimeOffset expires, IReadOnlyList<Multiaddress> addresses, DateTimeOffset now)
    {
        if (!_relays.TryGetValue(peer, out var relay)) return;
        var lifetime = TimeSpan.FromTicks(Math.Clamp((expires - now).Ticks, ShortestLifetime.Ticks, LongestLifetime.Ticks));
        relay.IsAsked = false;
        relay.Failures = 0;
        relay.Expires = now + lifetime;
        relay.NextAsk = now + (lifetime * (RenewAfter + (RenewJitter * random())));
        relay.Addresses = addresses;
    }

    /// <summary>A relay has not. A reservation that it was to renew is lost, except that an unreachable one is asked again while it lasts.</summary>
    /// <returns>Whether a reservation was lost.</returns>
    public bool Failed(PeerId peer, Refusal refusal, DateTimeOffset now)
    {
        if (!_relays.TryGetValue(peer, out var relay)) return false;
        relay.IsAsked = false;
        if (relay.Expires is { } expires && refusal == Refusal.Unreachable && expires > now)
        {
            relay.NextAsk = now + ((expires - now) / 2);
            if (expires - relay.NextAsk > ShortestLifetime / 2) return false;
        }

        var wasHeld = relay.IsHeld;
        Release(relay);
        PutOff(relay, refusal, now);
        return wasHeld;
    }

    /// <summary>A reservation is gone, with the connection it was made over; the relay may be asked again at once, but not for ever.</summary>
    public bool Lost(PeerId peer, DateTimeOffset now)
    {
        if (!_relays.TryGetValue(peer, out var relay) || !relay.IsHeld) return false;
        Release(relay);
        if (!relay.IsAsked) PutOff(relay, Refusal.Unreachable, now);
        return true;
    }

    /// <summary>Gives up what has run out, and what is held beyond the wanted number; says where.</summary>
    public IReadOnlyList<PeerId> Trim(DateTimeOffset now)
    {
        var ended = _relays.Values.Where(relay => relay.Expires <= now && !relay.IsAsked).ToList();
        ended.AddRange(_relays.Values.Where(static relay => relay.IsHeld && relay.Kind != RelayKind.Named).Except(ended).OrderBy(static relay => relay.Kind).Skip(Wanted));
        foreach (var relay in ended)
        {
            Release(relay);
            relay.NextAsk = now;
        }

        return [.. ended.Select(static relay => relay.Peer)];
    }

    private static void Release(KnownRelay relay)
    {
        relay.Expires = null;
        relay.Addresses = [];
    }

    private void PutOff(KnownRelay relay, Refusal refusal, DateTimeOffset now)
    {
        relay.Failures = Math.Min(relay.Failures + 1, 30);
        var pause = refusal switch
        {
            Refusal.Denied => options.BackoffLimit,
            Refusal.Refused => options.BackoffBase * RefusedFactor * Math.Pow(2, relay.Failures - 1),
            _ => options.BackoffBase * Math.Pow(2, relay.Failures - 1),
        };
        if (pause > options.BackoffLimit) pause = options.BackoffLimit;
        relay.NextAsk = now + (pause * (0.75 + (0.5 * random())));
    }
}
