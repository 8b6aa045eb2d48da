using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>Which of our addresses others can dial, by what version 2's servers say, and which are to be asked about. Bounded; no I/O, not thread-safe.</summary>
internal sealed class AddressTracker(AutoNatOptions options, TimeProvider time)
{
    // Addresses in one request: a server dials the first that it can (go-libp2p).
    private const int MostPerRequest = 10;

    private readonly List<TrackedAddress> _addresses = [];

    /// <summary>Addresses that others can dial.</summary>
    public IEnumerable<Multiaddress> Reachable => With(Reachability.Public);

    /// <summary>Addresses that they cannot.</summary>
    public IEnumerable<Multiaddress> Unreachable => With(Reachability.Private);

    /// <summary>What all verdicts together say: one address that others can dial is enough; with none of those one that they cannot.</summary>
    public Reachability Overall =>
        _addresses.Exists(static known => known.Verdict == Reachability.Public) ? Reachability.Public
        : _addresses.Exists(static known => known.Verdict == Reachability.Private) ? Reachability.Private
        : Reachability.Unknown;

    /// <summary>Sets the addresses (all different), the most important first; what is known about those that stay is kept. True when one is new.</summary>
    public bool Update(IEnumerable<Multiaddress> addresses)
    {
        var known = _addresses.ToDictionary(static tracked => tracked.Address);
        List<Multiaddress> wanted = [.. addresses];
        _addresses.Clear();
        _addresses.AddRange(wanted.Select(address => known.TryGetValue(address, out var tracked) ? tracked : new TrackedAddress(address)));
        return wanted.Exists(address => !known.ContainsKey(address));
    }

    /// <summary>What an address counts as.</summary>
    public Reachability VerdictOf(Multiaddress address) => Find(address)?.Verdict ?? Reachability.Unknown;

    /// <summary>Begins a request: the addresses to ask a server about; empty when there is nothing to ask it. End it with <see cref="End"/>.</summary>
    /// <param name="server">The server's network.</param>
    /// <param name="servers">Networks in which servers are connected.</param>
    public IReadOnlyList<Multiaddress> Begin(IPAddress server, int servers)
    {
        var now = time.GetUtcNow();
        var due = _addresses.FindAll(tracked => tracked.NeedsProbe(server, servers, options, now));
        if (due.Count == 0) return [];
        due[0].Running++;
        return [.. due.Take(MostPerRequest).Select(static tracked => tracked.Address)];
    }

    /// <summary>Ends a request.</summary>
    public void End(IPAddress server, int servers, IReadOnlyList<Multiaddress> asked, ProbeResult result)
    {
        var now = time.GetUtcNow();
        var first = Find(asked[0]);
        if (first is not null) first.Running--;
        var judged = result.Outcome is ProbeOutcome.Reachable or ProbeOutcome.Unreachable ? result.Address : null;
        if (judged is not null) Find(judged)?.Add(server, result.Outcome == ProbeOutcome.Reachable, servers, options, now);

        // It passed over what came first: it cannot dial that.
        if (result.Outcome == ProbeOutcome.Refused || (judged is not null && !judged.Equals(asked[0]))) first?.Add(server, null, servers, options, now);
    }

    /// <summary>How long until something that is known goes stale; null when nothing does.</summary>
    public TimeSpan? UntilDue()
    {
        var now = time.GetUtcNow();
        return _addresses.Select(tracked => tracked.NextExpiry(now)).Min() - now;
    }

    private TrackedAddress? Find(Multiaddress address) => _addresses.Find(tracked => tracked.Address.Equals(address));

    private IEnumerable<Multiaddress> With(Reachability verdict) => _addresses.Where(tracked => tracked.Verdict == verdict).Select(static tracked => tracked.Address);
}
