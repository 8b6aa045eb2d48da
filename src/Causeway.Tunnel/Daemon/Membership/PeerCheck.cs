using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Relays;
using Causeway.Tunnel.Rosters;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>Looks at all peers together for what the user should know: a clock that is off, a removal that this machine has not heard of.</summary>
internal sealed class PeerCheck(Warnings warnings)
{
    private const string Clock = "clock of members", Refused = "refused";

    /// <summary>Sets or lifts the warnings.</summary>
    public void Look(IReadOnlyList<PeerStatus> peers, Roster roster, bool isMember)
    {
        var off = peers.Where(p => p.ClockDifference?.Duration() > RelayConnection.ClockTolerance).ToArray();
        var told = peers.Count(p => p.ClockDifference is not null);
        warnings.Set(Clock, off.Length == 0 ? null : Describe(off, told, roster));

        // Anybody on the way can say so; but nobody who has a session with us does.
        var isRefused = isMember && Array.TrueForAll([.. peers], p => p.Session is null) && peers.Any(p => p.LastHint == HandshakeErrorCode.Refused);
        warnings.Set(Refused, isRefused ? "Other members say that this machine is not in the network any more: an administrator may have removed it, and then it needs a new invitation." : null);
    }

    // Where this machine differs from most, it is this machine's clock that is wrong.
    private static string Describe(PeerStatus[] off, int told, Roster roster)
    {
        var first = off[0];
        var difference = first.ClockDifference!.Value;
        var amount = $"{Math.Round(difference.Duration().TotalSeconds / 10) * 10:0} s";
        return off.Length > 1 && off.Length * 2 > told
            ? $"This machine's clock is about {amount} {(difference > TimeSpan.Zero ? "behind" : "ahead of")} those of other members: set it right."
            : $"The clock of {roster.Find(first.Id)?.Name ?? first.Id.ToString()} is {amount} {(difference > TimeSpan.Zero ? "ahead of" : "behind")} this machine's: one of the two is wrong.";
    }
}
