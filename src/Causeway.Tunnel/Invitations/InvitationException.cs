using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Invitations;

/// <summary>An invitation that cannot be used. The message is a sentence that says what to do next; the secret is never part of it.</summary>
public sealed class InvitationException : TunnelException
{
    /// <summary>A failure without a reason.</summary>
    public InvitationException()
    {
    }

    /// <summary>A failure with its reason, one sentence.</summary>
    public InvitationException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its reason, one sentence, and what caused it.</summary>
    public InvitationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
