using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Invitations;

/// <summary>An invitation as the inviter keeps it, without what would let it be used.</summary>
/// <param name="Id">16 bytes in hexadecimal; no secret.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expiry">Until when it can be used.</param>
/// <param name="Name">The name that the newcomer gets; null for the one it wishes.</param>
/// <param name="Role">What it may do.</param>
/// <param name="UsedBy">Who has used it; null for nobody yet.</param>
public sealed record Invitation(string Id, DateTimeOffset Created, DateTimeOffset Expiry, string? Name, RosterRole Role, TunnelPeerId? UsedBy);
