using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>What <see cref="HelloGuard"/> says about a HELLO.</summary>
/// <param name="Decision">What becomes of it.</param>
/// <param name="Reason">Why.</param>
public sealed record HelloVerdict(HelloDecision Decision, HelloReason Reason)
{
    /// <summary>RETRY or ERROR, with <see cref="HelloDecision.Reply"/>.</summary>
    public byte[] Reply { get; init; } = [];

    /// <summary>The initiator's public key, with <see cref="HelloDecision.Accept"/>.</summary>
    public HybridPublicKey? PublicKey { get; init; }

    /// <summary>The first of the initiator's suites that is supported here, with <see cref="HelloDecision.Accept"/>.</summary>
    public TunnelSuite Suite { get; init; }

    /// <summary>The ID of the invitation by which a newcomer is let in; null for members. With <see cref="HelloDecision.Accept"/>.</summary>
    public byte[]? InvitationId { get; init; }
}
