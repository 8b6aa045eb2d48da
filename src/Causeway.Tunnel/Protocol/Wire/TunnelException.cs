namespace Causeway.Tunnel.Protocol.Wire;

/// <summary>What goes wrong in the tunnel and is nobody's programming error: a file, a token, a relay, a peer. The message is a sentence that says what to do next.</summary>
public class TunnelException : Exception
{
    /// <summary>A failure without a reason.</summary>
    public TunnelException()
    {
    }

    /// <summary>A failure with its reason, one sentence.</summary>
    public TunnelException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its reason, one sentence, and what caused it.</summary>
    public TunnelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
