namespace Causeway.Tunnel.Daemon.Control;

/// <summary>An invitation that is not redeemed yet.</summary>
/// <param name="Id">Its ID, hexadecimal.</param>
/// <param name="Name">The name that it gives; null: the newcomer's wish.</param>
/// <param name="IsAdministrator">Whether it makes an administrator.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Token">The token; null in lists, since only its maker ever sees it.</param>
public sealed record InvitationReport(string Id, string? Name, bool IsAdministrator, DateTimeOffset Expires, string? Token);
