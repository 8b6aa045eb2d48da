using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;

namespace Causeway.Tunnel.Daemon.Members;

/// <summary>
/// The members to whom this machine talks as a member: none while it is not on the roster itself. So one that was removed and comes back with an invitation
/// presents it, though it still has the old roster.
/// </summary>
internal sealed class EffectiveMembers(RosterMembers roster, TunnelPeerId self) : IMembers
{
    /// <inheritdoc/>
    public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey)
    {
        publicKey = null;
        return roster.Current.Find(self) is not null && roster.TryFind(peer, out publicKey);
    }
}
