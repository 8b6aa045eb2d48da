using System.Net;

namespace Causeway.Libp2p.Observations;

/// <summary>
/// What others say about where they see our listeners, and what follows from it. Each observer counts once per local and observed address. Bounded; no I/O,
/// not thread-safe.
/// </summary>
internal sealed class ObservationBook(ObservedAddressesOptions options, TimeProvider time)
{
    // As many as a host with the default high-water mark has connections, several times over.
    private const int Capacity = 4096;

    // Below this many observers nothing is said about the NAT: four that agree, or disagree, are not chance.
    private const int EnoughForMapping = 4;

    private readonly Dictionary<long, Observation> _observations = [];

    /// <summary>Observations kept.</summary>
    public int Count => _observations.Count;

    /// <summary>How the NAT maps, by what outbound connections from the listening ports show.</summary>
    public NatMapping Mapping
    {
        get
        {
            // The local address that most know decides; others (a second interface, say) may be behind another NAT.
            var best = _observations.Values.Where(static seen => seen.IsOutbound).GroupBy(static seen => seen.Local)
                .Select(static local => local.Select(static seen => (seen.Observed, seen.Observer)).Distinct().ToList()).MaxBy(static claims => claims.Count);
            if (best is null || best.Count < EnoughForMapping) return NatMapping.Unknown;
            var agreeing = best.GroupBy(static claim => claim.Observed).Max(static claims => claims.Count());
            return agreeing * 2 > best.Count ? NatMapping.EndpointIndependent : NatMapping.EndpointDependent;
        }
    }

    /// <summary>Takes an observation; one of the same connection is replaced. False when nothing changed.</summary>
    public bool Add(Observation seen)
    {
        if (_observations.TryGetValue(seen.Connection, out var earlier))
        {
            if (earlier.Observed.Equals(seen.Observed)) return false;
            _observations.Remove(seen.Connection);
        }

        // Of connections that have ended the observer's word of now replaces that of then: mappings change.
        var others = _observations.Values.Where(other => other.Observer.Equals(seen.Observer)).ToList();
        foreach (var ended in others.Where(other => other.EndedAt is not null && other.Local.Equals(seen.Local))) _observations.Remove(ended.Connection);
        if (others.Count(other => _observations.ContainsKey(other.Connection)) >= options.MaxPerObserver) return earlier is not null;
        if (_observations.Count >= Capacity && !RemoveOldest()) return earlier is not null;
        _observations.Add(seen.Connection, seen);
        return true;
    }

    /// <summary>A connection has ended: its observation counts for a while longer.</summary>
    public void End(long connection)
    {
        if (_observations.TryGetValue(connection, out var seen)) seen.EndedAt ??= time.GetUtcNow();
    }

    /// <summary>As above for every connection but those named, which are the ones that last.</summary>
    public void EndAllBut(IReadOnlySet<long> lasting)
    {
        foreach (var connection in _observations.Keys.Where(connection => !lasting.Contains(connection))) End(connection);
    }

    /// <summary>Forgets what is too old; true when something was.</summary>
    public bool Sweep()
    {
        var before = time.GetUtcNow() - options.Lifetime;
        return RemoveAll(seen => seen.EndedAt <= before);
    }

    /// <summary>Forgets what was said about local addresses that are gone; true when something was.</summary>
    public bool Keep(Predicate<IPAddress> isLocal) => RemoveAll(seen => !isLocal(seen.Local.Address));

    /// <summary>Each local address with what is observed of it, the most observed first (and of equals the lower one, so that the order is stable).</summary>
    public IEnumerable<ObservedMapping> Mappings() =>
        _observations.Values.GroupBy(static seen => (seen.Local, seen.Observed))
            .Select(static claims => new ObservedMapping(claims.Key.Local, claims.Key.Observed, claims.Select(static seen => seen.Observer).Distinct().Count()))
            .OrderByDescending(static mapping => mapping.Observers)
            .ThenBy(static mapping => mapping.Observed.ToString(), StringComparer.Ordinal);

    private bool RemoveAll(Predicate<Observation> condition)
    {
        var found = _observations.Values.Where(seen => condition(seen)).Select(static seen => seen.Connection).ToList();
        foreach (var connection in found) _observations.Remove(connection);
        return found.Count > 0;
    }

    private bool RemoveOldest() =>
        _observations.Values.Where(static seen => seen.EndedAt is not null).MinBy(static seen => seen.EndedAt) is { } oldest && _observations.Remove(oldest.Connection);
}
