using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Invitations;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>What a tunnel is made of.</summary>
internal sealed record TunnelLaunch
{
    /// <summary>Its files.</summary>
    public required NetworkFolder Folder { get; init; }

    /// <summary>Its settings.</summary>
    public required TunnelSettings Settings { get; init; }

    /// <summary>What its key is encrypted under; empty for nothing.</summary>
    public string Passphrase { get; init; } = "";

    /// <summary>The invitation to redeem; the tunnel disposes of it.</summary>
    public InvitationToken? Invitation { get; init; }

    /// <summary>What this machine wishes to be called; null: its own name.</summary>
    public string? NameWish { get; init; }
}
