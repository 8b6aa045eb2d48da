using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Lab.Sockets;

/// <summary>The kernel's connection tracking, by netlink: no further tool is needed for it.</summary>
internal static unsafe class ConnectionTracking
{
    // <linux/netlink.h>, <linux/netfilter/nfnetlink.h>, <linux/netfilter/nfnetlink_conntrack.h>.
    private const int NetlinkFamily = 16;
    private const int RawSocket = 3;
    private const int NetfilterProtocol = 12;
    private const ushort DeleteConntrack = (1 << 8) | 2;
    private const ushort RequestWithAnswer = 1 | 4;
    private const ushort ErrorMessage = 2;
    private const int HeaderSize = 16;

    /// <summary>Forgets every connection of this network namespace.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public static void Flush()
    {
        using var socket = new SafeFileHandle(LibC.Socket(NetlinkFamily, RawSocket, NetfilterProtocol), ownsHandle: true);
        if (socket.IsInvalid) throw LibC.Failure("socket");

        // A header, and behind it family, version and resource, all zero: whatever there is, of every family.
        Span<byte> request = stackalloc byte[HeaderSize + 4];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], DeleteConntrack);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], RequestWithAnswer);
        fixed (byte* bytes = request)
        {
            if (LibC.Write(socket, bytes, request.Length) != request.Length) throw LibC.Failure("write");
        }

        Span<byte> answer = stackalloc byte[256];
        nint read;
        fixed (byte* bytes = answer) read = LibC.Receive(socket, bytes, answer.Length, 0);
        if (read < HeaderSize + 4 || BinaryPrimitives.ReadUInt16LittleEndian(answer[4..]) != ErrorMessage) throw new LabException("The kernel's answer about connection tracking makes no sense.");
        var error = BinaryPrimitives.ReadInt32LittleEndian(answer[HeaderSize..]);
        if (error != 0) throw new LabException($"The kernel does not forget its connections: {Marshal.GetPInvokeErrorMessage(-error)}");
    }
}
