namespace Causeway.Tunnel.Daemon.Control;

/// <summary>
/// What can be asked of a running tunnel. The control socket offers it to the commands. A peer is named by its name, its peer ID or a unique beginning of it.
/// What the user did wrong is told with a <see cref="Causeway.Tunnel.Protocol.Wire.TunnelException"/>, whose message is a sentence.
/// </summary>
public interface ITunnelControl
{
    /// <summary>How it stands.</summary>
    TunnelStatus GetStatus();

    /// <summary>How it stands now, and again whenever something of it has changed that a user would look for: the state, a relay, who is online, what is wrong. At most ten times a second.</summary>
    IAsyncEnumerable<TunnelStatus> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The other members, by name.</summary>
    IReadOnlyList<PeerReport> GetPeers();

    /// <summary>Measures the way to a member, once a second.</summary>
    /// <param name="peer">The member.</param>
    /// <param name="count">How often, 1 to 1000.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<PingReport> PingAsync(string peer, int count, CancellationToken cancellationToken);

    /// <summary>Makes an invitation; administrators only.</summary>
    Task<InvitationReport> InviteAsync(InvitationRequest request, CancellationToken cancellationToken);

    /// <summary>The invitations that can still be redeemed here.</summary>
    IReadOnlyList<InvitationReport> GetInvitations();

    /// <summary>Takes an invitation back.</summary>
    Task RevokeInvitationAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes a member; administrators only.</summary>
    Task RemoveAsync(string peer, CancellationToken cancellationToken);

    /// <summary>Gives a member another name; administrators only.</summary>
    Task RenameAsync(string peer, string name, CancellationToken cancellationToken);

    /// <summary>Gives a member another IPv4 address; administrators only.</summary>
    Task SetAddressAsync(string peer, string address, CancellationToken cancellationToken);

    /// <summary>Makes a member an administrator, or no longer; administrators only.</summary>
    Task SetRoleAsync(string peer, bool isAdministrator, CancellationToken cancellationToken);

    /// <summary>The network's relays, in the order of the roster, with their pins.</summary>
    IReadOnlyList<string> GetRelays();

    /// <summary>Replaces the network's relays; administrators only.</summary>
    Task SetRelaysAsync(IReadOnlyList<string> relays, CancellationToken cancellationToken);

    /// <summary>Shuts the tunnel down; the device is gone when it completes.</summary>
    Task StopAsync();
}
