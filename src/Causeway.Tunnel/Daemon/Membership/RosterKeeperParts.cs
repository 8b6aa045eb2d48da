using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>What a <see cref="RosterKeeper"/> works with.</summary>
internal sealed record RosterKeeperParts
{
    public required TunnelPeerId Self { get; init; }

    public required RosterLog Log { get; init; }

    public required RosterMembers Members { get; init; }

    public required RosterAuthor Author { get; init; }

    public required InvitationHost Host { get; init; }

    /// <summary>Redeems an invitation; null if there is none.</summary>
    public required Newcomer? Newcomer { get; init; }

    public required MemberTable Table { get; init; }

    public required RelaySet Relays { get; init; }

    public required DeviceAddresses Addresses { get; init; }

    public required Warnings Warnings { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Called after every change.</summary>
    public required Action OnChanged { get; init; }

    /// <summary>Called if something fails that must not.</summary>
    public required Action<Exception> OnFailure { get; init; }
}
