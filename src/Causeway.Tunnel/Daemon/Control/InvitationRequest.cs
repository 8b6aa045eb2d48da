namespace Causeway.Tunnel.Daemon.Control;

/// <summary>What <c>causeway tunnel invite</c> asks for.</summary>
/// <param name="Name">The name for the new member; null: the one that it wishes.</param>
/// <param name="IsAdministrator">Whether it becomes an administrator.</param>
/// <param name="ValidFor">How long the invitation can be redeemed; a minute to 30 days.</param>
public sealed record InvitationRequest(string? Name, bool IsAdministrator, TimeSpan ValidFor);
