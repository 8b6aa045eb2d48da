using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Causeway.Libp2p.Transports.Tcp;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>Turns what goes wrong with WebSockets into what a caller can act on.</summary>
internal static class WebSocketErrors
{
    /// <summary>A connection that could not be opened.</summary>
    public static Libp2pException Dialing(Multiaddress address, Exception error)
    {
        if (Find<SocketException>(error) is { } socket) return SocketErrors.Dialing(address, socket);
        if (Find<AuthenticationException>(error) is { } tls)
            return new(Libp2pError.WrongPeer, $"{address} has no TLS certificate that this machine trusts for that name: {tls.Message}", error);
        return new(Libp2pError.Unreachable, $"{address} answers, but not as a WebSocket: {error.Message}", error);
    }

    /// <summary>An address that could not be bound.</summary>
    public static Libp2pException Listening(Multiaddress address, Exception error) => Find<SocketException>(error) is { } socket
        ? SocketErrors.Listening(address, socket)
        : new(Libp2pError.InvalidArgument, $"{address} cannot be listened on: {error.Message}", error);

    /// <summary>A connection that broke while data moved; null for errors that are none of the connection's.</summary>
    public static Libp2pException? Transferring(Exception error) => error switch
    {
        Libp2pException classified => classified,
        WebSocketException { WebSocketErrorCode: WebSocketError.Faulted or WebSocketError.HeaderError or WebSocketError.InvalidMessageType } =>
            new(Libp2pError.ProtocolViolation, $"The other end broke the WebSocket protocol: {error.Message}", error),
        OperationCanceledException or ObjectDisposedException => new(Libp2pError.ConnectionClosed, "The connection was closed here.", error),
        _ when Find<SocketException>(error) is { } socket => SocketErrors.Transferring(socket),
        WebSocketException or IOException or InvalidOperationException =>
            new(Libp2pError.ConnectionClosed, "The other end left without closing the WebSocket.", error),
        _ => null,
    };

    private static T? Find<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found) return found;
        }

        return null;
    }
}
