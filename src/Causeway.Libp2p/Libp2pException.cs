namespace Causeway.Libp2p;

/// <summary>Something between us and another peer did not work out.</summary>
public sealed class Libp2pException(Libp2pError error, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>What kind of failure it was.</summary>
    public Libp2pError Error { get; } = error;
}

/// <summary>Kinds of failure.</summary>
public enum Libp2pError
{
    /// <summary>No transport can use the address, or none is known.</summary>
    NoAddress,

    /// <summary>The other end could not be reached: refused, unreachable, timed out.</summary>
    Unreachable,

    /// <summary>We are backing off after failed dials.</summary>
    Backoff,

    /// <summary>The other end broke a protocol's rules.</summary>
    ProtocolViolation,

    /// <summary>The other end is not the peer that was asked for, or could not prove who it is.</summary>
    WrongPeer,

    /// <summary>No protocol in common.</summary>
    ProtocolNotSupported,

    /// <summary>A limit of ours or theirs was reached.</summary>
    ResourceLimit,

    /// <summary>The stream was reset.</summary>
    StreamReset,

    /// <summary>The connection is closed.</summary>
    ConnectionClosed,

    /// <summary>It took longer than allowed.</summary>
    TimedOut,

    /// <summary>There is only a connection that a relay limits, and the protocol was not meant to run over one.</summary>
    LimitedConnection,

    /// <summary>The caller's arguments make no sense.</summary>
    InvalidArgument,
}
