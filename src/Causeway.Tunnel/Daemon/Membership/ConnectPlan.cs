using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>When to begin with whom: a large network is not met all at once, and of two who learn of each other at the same time one waits for the other.</summary>
internal sealed class ConnectPlan(TunnelPeerId self, TimeProvider time)
{
    /// <summary>How many are begun with at once.</summary>
    public const int Batch = 32;

    /// <summary>How long after that the next ones follow.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Long enough for a handshake through a relay far away.
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(2);

    private readonly List<(TunnelPeerId Peer, long Due)> _planned = [];

    /// <summary>When <see cref="Take"/> has somebody next; null if never.</summary>
    public TimeSpan? Rest
    {
        get
        {
            if (_planned.Count == 0) return null;
            var rest = time.GetElapsedTime(time.GetTimestamp(), _planned.Min(p => p.Due));
            return rest > Pause ? rest : Pause;
        }
    }

    /// <summary>Plans to connect to members.</summary>
    /// <param name="peers">Whom.</param>
    /// <param name="areNew">Whether they learn of this machine at the same time: then the lower peer ID begins.</param>
    public void Add(IEnumerable<TunnelPeerId> peers, bool areNew)
    {
        var now = time.GetTimestamp();
        var later = now + (long)(Precedence.TotalSeconds * time.TimestampFrequency);
        foreach (var peer in peers) _planned.Add((peer, areNew && self > peer ? later : now));
    }

    /// <summary>Who is due, at most <see cref="Batch"/>.</summary>
    public IReadOnlyList<TunnelPeerId> Take()
    {
        var now = time.GetTimestamp();
        var due = _planned.Where(p => p.Due <= now).Take(Batch).ToArray();
        foreach (var planned in due) _planned.Remove(planned);
        return [.. due.Select(p => p.Peer)];
    }

    /// <summary>Nobody is to be met any more.</summary>
    public void Clear() => _planned.Clear();
}
