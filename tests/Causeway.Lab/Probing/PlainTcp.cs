using System.Net;
using System.Net.Sockets;

namespace Causeway.Lab.Probing;

/// <summary>TCP sockets that share a local port, and connections that are begun without waiting for their end.</summary>
internal static class PlainTcp
{
    // socket(7), for 64-bit Linux.
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int LastError = 4;
    private const int ReusePort = 15;

    /// <summary>A socket on a local port that others of this process may bind too.</summary>
    public static Socket BindShared(IPEndPoint local)
    {
        var socket = Create(local);
        Span<byte> on = [1, 0, 0, 0];
        socket.SetRawSocketOption(SocketLevel, ReuseAddress, on);
        socket.SetRawSocketOption(SocketLevel, ReusePort, on);
        socket.Bind(local);
        return socket;
    }

    /// <summary>A socket on a port of its own.</summary>
    public static Socket Bind(IPAddress local)
    {
        var socket = Create(new IPEndPoint(local, 0));
        socket.Bind(new IPEndPoint(local, 0));
        return socket;
    }

    /// <summary>Sends the first SYN; returns when it is on its way.</summary>
    public static void BeginToConnect(Socket socket, IPEndPoint to)
    {
        socket.Blocking = false;
        try
        {
            socket.Connect(to);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress or SocketError.ConnectionRefused)
        {
            // Begun; a refusal shows later.
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse)
        {
            // The other end has dialed, and the listener on this port holds the connection.
        }
    }

    /// <summary>Whether a connection that was begun has come about, in that time.</summary>
    public static bool IsConnected(Socket socket, TimeSpan within)
    {
        if (!socket.Poll(within, SelectMode.SelectWrite)) return false;
        Span<byte> error = stackalloc byte[4];
        socket.GetRawSocketOption(SocketLevel, LastError, error);
        return error.IndexOfAnyExcept((byte)0) < 0;
    }

    private static Socket Create(IPEndPoint local) => new(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
