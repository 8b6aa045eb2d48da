using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters;

/// <summary>A roster as the handshake sees it: whom it lets in, and by which key. The newest snapshot is put here, so that asking never evaluates.</summary>
public sealed class RosterMembers(Roster roster) : IMembers
{
    private volatile Roster _current = roster;

    /// <summary>The snapshot that counts.</summary>
    public Roster Current
    {
        get => _current;
        set => _current = value;
    }

    /// <inheritdoc/>
    public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey)
    {
        var member = _current.Find(peer);
        publicKey = member?.Key.PublicKey;
        return member is not null;
    }
}
