using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Invitations;

/// <summary>What an inviter says to a newcomer.</summary>
/// <param name="Refused">The body of JOIN_REFUSED; null if it is a member now, and gets the roster.</param>
/// <param name="Added">The new entry, for all members; null if it was a member already.</param>
public sealed record JoinAnswer(byte[]? Refused, RosterEntry? Added);
