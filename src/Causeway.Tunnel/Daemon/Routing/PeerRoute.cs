namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>
/// The way to one peer: the first relay, in the roster's order, at which it is not known to be absent. A relay says where it is absent (UNREACHABLE); that is
/// forgotten when something comes from it through this relay, and when the relay is connected anew.
/// </summary>
internal sealed class PeerRoute(TimeProvider time)
{
    // Where a peer is absent everywhere, so often a frame is sent to see whether it has come back. The relay answers as often (tunnel protocol §2.1).
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile Absence[] _absences = [];
    private volatile RelayLink? _last;

    /// <summary>The relay that was used last.</summary>
    public RelayLink? Last => _last;

    /// <summary>The relay for a frame; null if there is none, or it would be in vain.</summary>
    /// <param name="links">The relays, in the roster's order.</param>
    /// <param name="isUrgent">Whether to try even where it is likely to be in vain: handshakes do so rarely by themselves.</param>
    public RelayLink? Choose(RelayLink[] links, bool isUrgent)
    {
        var absences = _absences;
        RelayLink? draining = null;
        foreach (var link in links)
        {
            if (!link.IsConnected || (absences.Length > 0 && Find(absences, link) is not null)) continue;
            if (!link.IsDraining) return _last = link;
            draining ??= link;
        }

        if (draining is not null) return _last = draining;
        return absences.Length == 0 ? null : _last = Probe(links, isUrgent);
    }

    /// <summary>Whether there is a relay at which the peer is not known to be absent.</summary>
    public bool HasWay(RelayLink[] links, RelayLink? besides = null)
    {
        var absences = _absences;
        return Array.Exists(links, l => l != besides && l.IsConnected && Find(absences, l) is null);
    }

    /// <summary>The peer is absent at a relay.</summary>
    public void MarkAbsent(RelayLink link)
    {
        lock (_lock)
        {
            if (Find(_absences, link) is not null) return;
            link.ExpectAbsentees();
            _absences = [.. _absences.Where(a => a.Link != link && a.Link.Generation == a.Generation), new Absence(link, link.Generation) { TriedAt = time.GetTimestamp() }];
        }
    }

    /// <summary>Something came from the peer through a relay.</summary>
    public void MarkPresent(RelayLink link)
    {
        if (Find(_absences, link) is null) return;
        lock (_lock) _absences = [.. _absences.Where(a => a.Link != link)];
    }

    private RelayLink? Probe(RelayLink[] links, bool isUrgent)
    {
        lock (_lock)
        {
            var oldest = links.Where(l => l.IsConnected).Select(l => Find(_absences, l)).OfType<Absence>().MinBy(a => a.TriedAt);
            if (oldest is null || (!isUrgent && time.GetElapsedTime(oldest.TriedAt) < ProbeInterval)) return null;
            oldest.TriedAt = time.GetTimestamp();
            return oldest.Link;
        }
    }

    private static Absence? Find(Absence[] absences, RelayLink link)
    {
        foreach (var absence in absences)
        {
            if (absence.Link == link && absence.Generation == link.Generation) return absence;
        }

        return null;
    }

    private sealed class Absence(RelayLink link, int generation)
    {
        public RelayLink Link => link;

        public int Generation => generation;

        public long TriedAt { get; set; }
    }
}
