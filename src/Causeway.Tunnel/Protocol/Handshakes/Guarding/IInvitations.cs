using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>The invitations that this member has given out (docs/protocol/tunnel.md §6). Called under the endpoint's locks: answers at once, without I/O, from any thread.</summary>
public interface IInvitations
{
    /// <summary>Writes the key of an invitation, 32 bytes, if it is known, not expired, and not used up by another than <paramref name="newcomer"/>; else returns false.</summary>
    /// <param name="invitationId">The invitation's ID, 16 bytes.</param>
    /// <param name="newcomer">Who claims to hold its secret.</param>
    /// <param name="key">Where the key goes; the caller zeroes it.</param>
    bool TryGetKey(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer, Span<byte> key);

    /// <summary>Uses an invitation up: the newcomer has proved its secret and its own key. False if another was faster, or it has expired meanwhile.</summary>
    /// <param name="invitationId">The invitation's ID, 16 bytes.</param>
    /// <param name="newcomer">Who has proved to hold its secret.</param>
    bool TryUse(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer);
}
