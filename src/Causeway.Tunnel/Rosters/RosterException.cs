using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Rosters;

/// <summary>A change of a roster that cannot be, or a roster file that cannot be read. The message is a sentence that says what to do next.</summary>
public sealed class RosterException : TunnelException
{
    /// <summary>A failure without a reason.</summary>
    public RosterException()
    {
    }

    /// <summary>A failure with its reason, one sentence.</summary>
    public RosterException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its reason, one sentence, and what caused it.</summary>
    public RosterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
