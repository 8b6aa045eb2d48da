using System.Runtime.InteropServices;
using Causeway.Network.Posix;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Network.Netlink;

/// <summary>A route netlink socket that talks to the kernel and to nobody else.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    // The kernel fills answers up to 32 KiB where the reader has shown that it has the room (netlink(7), NLMSG_GOODSIZE).
    public const int BufferLength = 64 * 1024;

    /// <summary>Opens and binds the socket.</summary>
    /// <exception cref="NetlinkException">The system has no netlink, or no descriptor is left.</exception>
    public NetlinkSocket()
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Netlink exists on Linux only.");
        Handle = NetlinkNative.Socket(NetlinkNative.FamilyNetlink, NetlinkNative.SocketRaw | NetlinkNative.CloseOnExec, NetlinkNative.ProtocolRoute);
        if (Handle.IsInvalid) throw Failed("Opening a netlink socket");
        try
        {
            SetOption(NetlinkNative.LevelNetlink, NetlinkNative.ExtendedAcknowledgements, 1);
            Bind();
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    public SafeFileHandle Handle { get; }

    public unsafe void SetOption<T>(int level, int name, T value)
        where T : unmanaged
    {
        if (NetlinkNative.SetOption(Handle, level, name, &value, (uint)sizeof(T)) != 0) throw Failed("Setting up a netlink socket");
    }

    public unsafe void Send(ReadOnlySpan<byte> message)
    {
        var kernel = new NetlinkNative.Address { Family = NetlinkNative.FamilyNetlink };
        fixed (byte* bytes = message)
        {
            while (NetlinkNative.Send(Handle, bytes, (nuint)message.Length, 0, &kernel, (uint)sizeof(NetlinkNative.Address)) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Errno.EINTR) throw Failed("Asking the kernel");
            }
        }
    }

    /// <summary>One datagram from the kernel; what other processes send is dropped.</summary>
    /// <returns>Its length, or minus the error number.</returns>
    public unsafe int Receive(Span<byte> buffer, bool wait)
    {
        while (true)
        {
            NetlinkNative.Address from;
            var fromLength = (uint)sizeof(NetlinkNative.Address);
            nint received;
            fixed (byte* bytes = buffer)
            {
                received = NetlinkNative.Receive(
                    Handle, bytes, (nuint)buffer.Length, NetlinkNative.MessageTruncate | (wait ? 0 : NetlinkNative.MessageDontWait), &from, &fromLength);
            }

            if (received < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EINTR) continue;
                return -errno;
            }

            if (fromLength < sizeof(NetlinkNative.Address) || from.Port != 0) continue;
            if (received > buffer.Length) throw new NetlinkException(0, "A netlink message is longer than any that the kernel should send.");
            return (int)received;
        }
    }

    public void Dispose() => Handle.Dispose();

    private unsafe void Bind()
    {
        var address = new NetlinkNative.Address { Family = NetlinkNative.FamilyNetlink };
        if (NetlinkNative.Bind(Handle, &address, (uint)sizeof(NetlinkNative.Address)) != 0) throw Failed("Binding a netlink socket");
    }

    private static NetlinkException Failed(string doing) => NetlinkException.For(Marshal.GetLastPInvokeError(), doing, null);
}
