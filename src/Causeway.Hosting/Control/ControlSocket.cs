using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Hosting.Control;

/// <summary>The Unix socket beneath: where it may be, and who is at its other end.</summary>
internal static partial class ControlSocket
{
    // sizeof(sun_path) less the terminating zero, unix(7).
    private const int MaxPath = 107;

    // SOL_SOCKET and SO_PEERCRED of Linux, asm-generic/socket.h.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <summary>Where a server listens.</summary>
    /// <exception cref="ControlSocketException">The kernel takes no path of this length.</exception>
    public static UnixDomainSocketEndPoint At(string path) => Encoding.UTF8.GetByteCount(path) <= MaxPath
        ? new UnixDomainSocketEndPoint(path)
        : throw new ControlSocketException($"The path '{path}' is too long for a control socket, which has at most {MaxPath} bytes; choose a folder nearer to the root.");

    /// <summary>The user at the other end, as the kernel noted it when the connection was made; null on systems that note none.</summary>
    /// <exception cref="SocketException">The kernel does not answer as it should: nobody is let in.</exception>
    public static uint? UserAt(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;

        // struct ucred: process, user, group.
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length
            ? MemoryMarshal.Read<uint>(credentials[4..])
            : throw new SocketException((int)SocketError.OperationNotSupported);
    }

    /// <summary>Whether that user may command this process: the one that runs it, or root.</summary>
    public static bool IsAllowed(uint? user) => user is null || user == 0 || user == EffectiveUser();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
