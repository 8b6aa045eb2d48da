using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>The listening endpoints of a transport whose ports its dialing sockets may share. Thread-safe.</summary>
internal sealed class SharedPorts(PortReuse mode)
{
    private ImmutableList<IPEndPoint> _listening = [];

    /// <summary>Lets others share the port of a listening socket, where the system can.</summary>
    /// <returns>What to call when it is listened on no more.</returns>
    public Action? Share(Socket listening)
    {
        if (mode == PortReuse.Off || !TryAllow(listening)) return null;
        var endPoint = (IPEndPoint)listening.LocalEndPoint!;
        ImmutableInterlocked.Update(ref _listening, static (list, one) => list.Add(one), endPoint);
        return () => ImmutableInterlocked.Update(ref _listening, static (list, one) => list.Remove(one), endPoint);
    }

    /// <summary>The endpoint to dial from, or null for any.</summary>
    public IPEndPoint? For(IPEndPoint remote, bool isPublic)
    {
        if (mode == PortReuse.Off || (mode == PortReuse.Public && !isPublic)) return null;
        var isLoopback = IPAddress.IsLoopback(remote.Address);
        return _listening
            .Where(local => local.AddressFamily == remote.AddressFamily && !LeadsToUs(local, remote) && (IsAny(local) || IPAddress.IsLoopback(local.Address) == isLoopback))
            .OrderByDescending(IsAny)
            .FirstOrDefault();
    }

    /// <summary>Binds a socket that is about to dial; false where the port cannot be shared.</summary>
    public static bool TryBind(Socket socket, IPEndPoint local)
    {
        try
        {
            if (!TryAllow(socket)) return false;
            socket.Bind(local);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether a dial failed because of the port it was to come from: it has a connection to that very address already, or no way there.</summary>
    public static bool IsAboutPort(SocketException error) => error.SocketErrorCode
        is SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable or SocketError.InvalidArgument;

    private static bool IsAny(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);

    // A SYN from a port to itself would be answered by the very socket that sent it.
    private static bool LeadsToUs(IPEndPoint local, IPEndPoint remote) =>
        local.Port == remote.Port && (IPAddress.IsLoopback(remote.Address) || local.Address.Equals(remote.Address));

    private static bool TryAllow(Socket socket)
    {
        // SOL_SOCKET, SO_REUSEPORT: asm-generic/socket.h of Linux, sys/socket.h of macOS and FreeBSD. .NET has no name for it.
        (int Level, int Name)? option = OperatingSystem.IsLinux() ? (1, 15) : OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? (0xffff, 0x0200) : null;
        if (option is not { } known) return false;
        try
        {
            socket.SetRawSocketOption(known.Level, known.Name, BitConverter.GetBytes(1));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
