using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>A running tunnel could not be asked, or said no. The message is a sentence that says what to do next.</summary>
public sealed class ControlException : TunnelException
{
    /// <summary>A failure without a reason.</summary>
    public ControlException()
    {
    }

    /// <summary>A failure with its reason, one sentence.</summary>
    public ControlException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its reason, one sentence, and what caused it.</summary>
    public ControlException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure of a kind.</summary>
    public ControlException(ControlError error, string message, Exception? innerException = null)
        : base(message, innerException!) => Error = error;

    /// <summary>What kind of failure it is.</summary>
    public ControlError Error { get; }
}
