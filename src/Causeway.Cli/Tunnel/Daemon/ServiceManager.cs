using System.Net.Sockets;
using System.Text;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Tells systemd how a service is doing, sd_notify(3): a datagram to the socket that it names in the environment.</summary>
internal static class ServiceManager
{
    /// <summary>Says it, if there is somebody to hear it.</summary>
    public static void Notify(Func<string, string?> variable, string state)
    {
        if (variable("NOTIFY_SOCKET") is not { Length: > 1 } path) return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

            // '@' stands for the zero byte of an abstract name.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException)
        {
            // The service manager will see it in its own time.
        }
    }
}
