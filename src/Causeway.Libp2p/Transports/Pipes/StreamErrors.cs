namespace Causeway.Libp2p.Transports.Pipes;

/// <summary>What the errors of a stream mean to the connection that it carries.</summary>
internal static class StreamErrors
{
    /// <summary>The error for the connection's user, or null when it is no business of the connection.</summary>
    public static Libp2pException? Transferring(Exception error) => error switch
    {
        Libp2pException { Error: Libp2pError.StreamReset } => new Libp2pException(Libp2pError.ConnectionClosed, "The connection was reset: " + error.Message, error),
        Libp2pException other => other,
        ObjectDisposedException or InvalidOperationException => new Libp2pException(Libp2pError.ConnectionClosed, "The connection was closed here.", error),
        _ => null,
    };
}
