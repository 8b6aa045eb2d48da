using System.Text;

namespace Causeway.Lab.Nats;

/// <summary>
/// The table of what can be direct. Both machines know each other's external endpoint as the relay sees it, and dial it at the same time, again and
/// again, from the port that they listen on (RFC 5128 section 3.3 and 3.4). What decides is whether one of the two attempts gets through the other's
/// NAT; for TCP that makes a connection with the listener there, or one that both have opened (RFC 9293 section 3.5; RFC 5382 REQ-2).
/// </summary>
public static class HolePunching
{
    /// <summary>Whether two machines can have a TCP connection with each other, neither of which listens on port 443.</summary>
    public static PunchVerdict Tcp(NatProfile left, NatProfile right)
    {
        if ((left.OnlyPort ?? right.OnlyPort) is { } port)
            return new PunchVerdict(false, $"one side dials port {port} alone and lets nobody in, and the other listens elsewhere");
        return Decide((left.Tcp, left.IsTranslated), (right.Tcp, right.IsTranslated));
    }

    /// <summary>Whether two machines can send datagrams to each other.</summary>
    public static PunchVerdict Udp(NatProfile left, NatProfile right) =>
        left.Udp is { } mine && right.Udp is { } theirs
            ? Decide((mine, left.IsTranslated), (theirs, right.IsTranslated))
            : new PunchVerdict(false, "UDP is blocked");

    /// <summary>The table for one protocol, for people, with the reasons below.</summary>
    public static string Table(string title, Func<NatProfile, NatProfile, PunchVerdict> decide)
    {
        var profiles = NatProfiles.All;
        var reasons = new List<PunchVerdict>();
        var text = new StringBuilder($"{title + ", direct?",-22}");
        for (var i = 0; i < profiles.Count; i++) text.Append($" {(char)('a' + i)} ");
        foreach (var (number, left) in profiles.Index())
        {
            text.Append($"\n{left.Name,-21}{(char)('a' + number)} ");
            foreach (var right in profiles)
            {
                var verdict = decide(left, right);
                if (!reasons.Contains(verdict)) reasons.Add(verdict);
                text.Append($"{(verdict.IsPossible ? '+' : '-')}{reasons.IndexOf(verdict) + 1} ");
            }
        }

        text.Append('\n');
        foreach (var (number, reason) in reasons.Index()) text.Append($"{(reason.IsPossible ? '+' : '-')}{number + 1} {reason}\n");
        return text.ToString();
    }

    private static PunchVerdict Decide((NatPolicy Policy, bool IsTranslated) left, (NatPolicy Policy, bool IsTranslated) right)
    {
        if (!left.IsTranslated || !right.IsTranslated) return new PunchVerdict(true, "one side has a public address, which the other dials");
        if (left.Policy.Filtering == NatBehavior.EndpointIndependent || right.Policy.Filtering == NatBehavior.EndpointIndependent)
            return new PunchVerdict(true, "one side lets everybody in to the endpoint that the relay sees");
        var isLeftFixed = left.Policy.Mapping == NatBehavior.EndpointIndependent;
        var isRightFixed = right.Policy.Mapping == NatBehavior.EndpointIndependent;
        if (isLeftFixed && isRightFixed) return new PunchVerdict(true, "both keep the endpoint that the relay sees, whatever they filter");
        if (!isLeftFixed && !isRightFixed) return new PunchVerdict(false, "neither can be dialed where the relay sees it");
        var stable = isLeftFixed ? left.Policy : right.Policy;
        return stable.Filtering == NatBehavior.AddressDependent
            ? new PunchVerdict(true, "one side keeps its endpoint and lets in all ports of an address it has dialed")
            : new PunchVerdict(false, "one side comes from a port that the other has not dialed and does not let in");
    }
}
