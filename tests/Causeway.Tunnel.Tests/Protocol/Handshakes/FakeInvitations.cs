using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>One invitation, which the first who proves everything uses up.</summary>
internal sealed class FakeInvitations : IInvitations
{
    public byte[] Id { get; } = [.. Enumerable.Repeat((byte)0x1d, 16)];

    public byte[] Key { get; } = [.. Enumerable.Repeat((byte)0x5e, 32)];

    public bool IsExpired { get; set; }

    public TunnelPeerId? UsedBy { get; private set; }

    public InvitationProof Proof => new(Id, Key);

    public bool TryGetKey(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer, Span<byte> key)
    {
        if (IsExpired || !invitationId.SequenceEqual(Id) || (UsedBy is { } other && other != newcomer)) return false;
        Key.CopyTo(key);
        return true;
    }

    public bool TryUse(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer)
    {
        if (IsExpired || !invitationId.SequenceEqual(Id) || (UsedBy is { } other && other != newcomer)) return false;
        UsedBy = newcomer;
        return true;
    }
}
