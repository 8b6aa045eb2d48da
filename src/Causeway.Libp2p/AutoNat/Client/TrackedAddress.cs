using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>One address of ours and what servers have said about it. A server's last word counts, and each network has one.</summary>
internal sealed class TrackedAddress(Multiaddress address)
{
    // More would decide nothing.
    private const int MostWords = 16;

    private readonly Dictionary<IPAddress, Word> _words = [];
    private int _failures;

    public Multiaddress Address => address;

    /// <summary>What it counts as.</summary>
    public Reachability Verdict { get; private set; }

    /// <summary>Requests under way that have it in first place.</summary>
    public int Running { get; set; }

    /// <summary>Whether a server is to be asked, when as many as given are connected.</summary>
    public bool NeedsProbe(IPAddress server, int servers, AutoNatOptions options, DateTimeOffset now)
    {
        if (_words.TryGetValue(server, out var word) && word.Until > now) return false;

        // Until there are enough that agree, ask those that have not been asked; then one more, which a single liar cannot make up for.
        var fresh = _words.Values.Where(said => said.Until > now && said.IsReachable is not null).ToList();
        var score = Math.Abs(fresh.Sum(static said => said.IsReachable == true ? 1 : -1));
        var needed = Math.Min(options.Confidence, servers);
        return fresh.Count + Running < Math.Min(needed + 1, servers) || (score < needed && Running == 0);
    }

    /// <summary>Takes a server's word; null when it would not say.</summary>
    public void Add(IPAddress server, bool? isReachable, int servers, AutoNatOptions options, DateTimeOffset now)
    {
        if (isReachable == true) _failures = 0;
        var lasts = isReachable == false ? RetryAfter(options, _failures++) : options.RefreshInterval;
        if (_words.Count >= MostWords && !_words.ContainsKey(server)) _words.Remove(_words.MinBy(static word => word.Value.Until).Key);
        _words[server] = new Word(isReachable, now + lasts);
        var score = _words.Values.Where(word => word.Until > now).Sum(static word => word.IsReachable switch { true => 1, false => -1, null => 0 });
        var needed = Math.Min(options.Confidence, Math.Max(servers, 1));

        // In between, what was known stays.
        if (score >= needed) Verdict = Reachability.Public;
        else if (score <= -needed) Verdict = Reachability.Private;
    }

    /// <summary>When the next word goes stale; null when none is there.</summary>
    public DateTimeOffset? NextExpiry(DateTimeOffset now) =>
        _words.Values.Where(word => word.Until > now).Select(static word => (DateTimeOffset?)word.Until).Min();

    private static TimeSpan RetryAfter(AutoNatOptions options, int failures)
    {
        var pause = options.RetryInterval * Math.Pow(2, Math.Min(failures, 10));
        return pause < options.RefreshInterval ? pause : options.RefreshInterval;
    }

    private sealed record Word(bool? IsReachable, DateTimeOffset Until);
}
