using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Causeway.Hosting.Servers;

/// <summary>The sockets that a server accepts from, so that they can be closed before its connections are.</summary>
internal sealed class ListeningSockets(bool isIPv6Only)
{
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private bool _closed;

    /// <summary>Makes and binds a socket.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public Socket Create(EndPoint endPoint)
    {
        var socket = isIPv6Only && endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } six
            ? BindIPv6(six)
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        lock (_lock)
        {
            if (_closed) socket.Dispose();
            else _sockets.Add(socket);
        }

        return socket;
    }

    /// <summary>Closes them; the accepts under way end.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var socket in _sockets) socket.Dispose();
            _sockets.Clear();
        }
    }

    private static Socket BindIPv6(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = false };
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
