using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>TCP over IPv4 and IPv6: <c>/ip4/…/tcp/…</c> and <c>/ip6/…/tcp/…</c>.</summary>
public sealed class TcpTransport : ITransport
{
    private readonly TcpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly SharedPorts _ports;

    /// <summary>Creates the transport.</summary>
    /// <param name="options">Socket settings; null for the defaults.</param>
    /// <param name="time">The clock of back-off after exhausted file descriptors; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TcpTransport(TcpTransportOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new TcpTransportOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _ports = new SharedPorts(_options.PortReuse);
    }

    /// <inheritdoc/>
    public bool CanDial(Multiaddress address) => IsPlainTcp(address) && address.TryGetTcpEndPoint(out var endPoint) && endPoint.Port != 0;

    /// <inheritdoc/>
    public bool CanListen(Multiaddress address) => IsPlainTcp(address);

    /// <inheritdoc/>
    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        var endPoint = EndPointOf(address);
        if (_ports.For(endPoint, address.IsPublic) is { } local)
        {
            try
            {
                if (await ConnectAsync(address, endPoint, local, cancellationToken) is { } shared) return shared;
            }
            catch (Libp2pException error) when (error.InnerException is SocketException reason && SharedPorts.IsAboutPort(reason))
            {
                // Any other port will do.
            }
        }

        return (await ConnectAsync(address, endPoint, local: null, cancellationToken))!;
    }

    /// <inheritdoc/>
    public ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var endPoint = EndPointOf(address);
        Socket? socket = null;
        try
        {
            // On Unix .NET binds TCP sockets with SO_REUSEADDR, which allows a restart while old connections are in TIME_WAIT.
            // SocketOptionName.ReuseAddress would add SO_REUSEPORT, and a second program on the same port would not be told; see PortReuse.
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

            // IPv6 only, so that /ip4/0.0.0.0/tcp/N and /ip6/::/tcp/N can share a port.
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(endPoint);
            socket.Listen(_options.Backlog);
            return new ValueTask<ITransportListener>(new TcpTransportListener(socket, Prepare, _time, _ports.Share(socket)));
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw SocketErrors.Listening(address, error);
        }
    }

    // Null where the port cannot be shared.
    private async Task<TcpConnection?> ConnectAsync(Multiaddress address, IPEndPoint remote, IPEndPoint? local, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            Prepare(socket);
            if (local is not null && !SharedPorts.TryBind(socket, local))
            {
                socket.Dispose();
                return null;
            }

            await socket.ConnectAsync(remote, cancellationToken);
            return new TcpConnection(socket);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw SocketErrors.Dialing(address, error);
        }
        catch (Exception)
        {
            socket?.Dispose();
            throw;
        }
    }

    private static bool IsPlainTcp(Multiaddress address)
    {
        var tcp = -1;
        var components = address.Components;
        for (var i = 0; i < components.Count; i++)
        {
            switch (components[i].Protocol)
            {
                case "ip4" or "ip6" or "ip6zone" when tcp < 0:
                    break;
                case "tcp" when tcp < 0 && i > 0:
                    tcp = i;
                    break;
                case "p2p" when tcp >= 0 && i == components.Count - 1:
                    break;
                default:
                    return false;
            }
        }

        return tcp > 0;
    }

    private static IPEndPoint EndPointOf(Multiaddress address) =>
        IsPlainTcp(address) && address.TryGetTcpEndPoint(out var endPoint)
            ? endPoint
            : throw new Libp2pException(Libp2pError.NoAddress, $"{address} is not a TCP address; expected /ip4|ip6/<address>/tcp/<port>.");

    private void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        if (_options.KeepAlive == TimeSpan.Zero) return;
        var seconds = Math.Max(1, (int)_options.KeepAlive.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, seconds / 3));
    }
}
