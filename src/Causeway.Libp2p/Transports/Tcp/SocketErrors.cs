using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>Turns what the operating system says into what a caller can act on.</summary>
internal static class SocketErrors
{
    /// <summary>A connection that could not be opened.</summary>
    public static Libp2pException Dialing(Multiaddress address, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable =>
            new(Libp2pError.ResourceLimit, $"{address} was not dialed: this process has no file descriptors left; raise its limit (ulimit -n).", error),
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported =>
            new(Libp2pError.NoAddress, $"{address} cannot be used: this machine does not have its kind of address.", error),
        SocketError.TimedOut => new(Libp2pError.Unreachable, $"{address} did not answer.", error),
        SocketError.ConnectionRefused => new(Libp2pError.Unreachable, $"{address} refused: nothing listens there.", error),
        _ => new(Libp2pError.Unreachable, $"{address} cannot be reached: {error.Message}", error),
    };

    /// <summary>An address that could not be bound.</summary>
    public static Libp2pException Listening(Multiaddress address, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            new(Libp2pError.InvalidArgument, $"{address} is in use by another program; choose another port, or 0 for any.", error),
        SocketError.AccessDenied =>
            new(Libp2pError.InvalidArgument, $"{address} may not be bound: ports below 1024 need privileges.", error),
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported =>
            new(Libp2pError.NoAddress, $"{address} is not an address of this machine.", error),
        _ => new(Libp2pError.InvalidArgument, $"{address} cannot be listened on: {error.Message}", error),
    };

    /// <summary>A connection that broke while data moved.</summary>
    public static Libp2pException Transferring(Exception error) => error switch
    {
        Libp2pException classified => classified,
        SocketException { SocketErrorCode: SocketError.TimedOut } =>
            new(Libp2pError.TimedOut, "The other end stopped answering.", error),
        SocketException { SocketErrorCode: SocketError.ConnectionReset } =>
            new(Libp2pError.ConnectionClosed, "The other end reset the connection.", error),
        SocketException { SocketErrorCode: SocketError.OperationAborted } or ObjectDisposedException =>
            new(Libp2pError.ConnectionClosed, "The connection was closed here.", error),
        _ => new(Libp2pError.ConnectionClosed, $"The connection broke: {error.Message}", error),
    };

    /// <summary>Whether an accept that failed so will work again once something has been closed.</summary>
    public static bool IsExhaustion(SocketException error) =>
        error.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;

    /// <summary>Whether the listening socket itself has ended.</summary>
    public static bool IsClosed(SocketException error) => error.SocketErrorCode
        is SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument or SocketError.NotSocket;
}
