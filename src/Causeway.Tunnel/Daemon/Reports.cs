using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Relays;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Daemon;

/// <summary>Puts what the daemon's parts know into the words of its reports.</summary>
internal static class Reports
{
    public static string RoleOf(RosterMember member) => member.Role == RosterRole.Administrator ? "administrator" : "member";

    public static RelayReport Of(RelayLink link)
    {
        var status = link.Status;
        return new RelayReport
        {
            Address = link.Url.Authority,
            PeerId = (status.RelayId ?? link.Url.RelayId)?.ToString(),
            State = status.State switch
            {
                RelayConnectionState.Connecting => "connecting",
                RelayConnectionState.Connected => "connected",
                RelayConnectionState.Draining => "draining",
                RelayConnectionState.WaitingToReconnect => "waiting",
                _ => "stopped",
            },
            RoundTripMilliseconds = link.IsConnected && link.RoundTripTime > TimeSpan.Zero ? link.RoundTripTime.TotalMilliseconds : null,
            Load = link.Load,
            ObservedAddress = link.IsConnected ? status.ObservedAddress?.ToString() : null,
            ClockAheadSeconds = status.ClockDifference.Duration() > RelayConnection.ClockTolerance ? status.ClockDifference.TotalSeconds : null,
            Since = link.Since,
            Problem = status.Problem,
        };
    }

    public static PeerReport Of(Member member, PeerStatus? status, RelaySet relays)
    {
        var entry = member.Entry!;
        var session = member.Session;
        return new PeerReport
        {
            PeerId = member.Id.ToString(),
            Name = entry.Name,
            Role = RoleOf(entry),
            Ipv4 = entry.IPv4?.ToString(),
            Ipv6 = entry.IPv6.ToString(),
            MacAddress = entry.Mac.ToString(),
            Online = session is not null,
            Path = session is null ? null : PathOf(member),
            RoundTripMilliseconds = status?.RoundTripTime?.TotalMilliseconds,
            Since = status?.Since,
            Epoch = status?.Session is null ? null : status.Statistics.Epochs,
            Suite = session is null ? null : NameOf(session.Suite),
            Traffic = member.Traffic.Report(DaemonMetrics.Drops(member)),
            Problem = ProblemOf(member, status, relays),
        };
    }

    public static string? PathOf(Member? member) => member?.Route.Last is { } link ? $"relay {link.Url.Authority}" : null;

    public static string? ProblemOf(Member? member, PeerStatus? status, RelaySet relays)
    {
        if (member is null) return "It is not a member any more.";
        if (!relays.IsAnyConnected) return "No relay is connected.";
        if (!member.Route.HasWay(relays.Links) && member.Session is null) return "It is not connected to a relay of this network; is its tunnel up?";
        if (!member.Route.HasWay(relays.Links)) return "It has left its relay; the session waits for it to come back.";
        if (member.Session is not null) return null;
        return status?.LastHint switch
        {
            HandshakeErrorCode.Version => "It speaks another version of the protocol; update the older machine.",
            HandshakeErrorCode.NoCommonSuite => "It has no suite in common with this machine; update the older machine.",
            HandshakeErrorCode.Refused => "It does not have this machine on its roster (yet).",
            HandshakeErrorCode.Busy => "It has too many handshakes at once.",
            _ when status is { IsHandshaking: true } => "A handshake is under way.",
            _ when status is { FailedAttempts: > 0 } => "It does not answer.",
            _ => "There is no session yet.",
        };
    }

    /// <summary>Why no relay is connected; null if one is.</summary>
    public static string? ProblemOf(RelaySet relays)
    {
        if (relays.IsAnyConnected) return null;
        if (relays.Links.Length == 0) return "The network has no relay that this machine can use; an administrator sets them with 'causeway tunnel relays'.";
        var problems = relays.Links.Select(l => l.Status.Problem).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (problems.Length == 0) return null;
        var text = string.Join("; ", problems).TrimEnd('.');
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}{(text[^1] == '?' ? "" : ".")}";
    }

    private static string NameOf(TunnelSuite suite) => suite switch
    {
        TunnelSuite.Aes256Gcm => "AES-256-GCM",
        TunnelSuite.ChaCha20Poly1305 => "ChaCha20-Poly1305",
        _ => suite.ToString(),
    };
}
