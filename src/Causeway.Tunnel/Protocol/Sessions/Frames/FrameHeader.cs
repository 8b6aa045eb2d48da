using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Protocol.Sessions.Frames;

/// <summary>The 16 bytes in front of every encrypted frame; they are its associated data (docs/protocol/tunnel.md §4.1).</summary>
/// <param name="Epoch">The epoch whose keys seal it.</param>
/// <param name="SessionTag">The first four bytes of the session ID.</param>
/// <param name="Counter">Its number in its epoch and direction, from 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FrameHeader(ushort Epoch, uint SessionTag, ulong Counter)
{
    /// <summary>
    /// Reads the header of a whole payload. False if it is no encrypted frame: too short for kind and tag, too long, another type, or any flag.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out FrameHeader header)
    {
        if (frame.Length is < FrameLayout.Overhead or > FrameLayout.MaxFrameSize || frame[0] != FrameLayout.Type || frame[1] != 0)
        {
            header = default;
            return false;
        }

        header = new FrameHeader(
            BinaryPrimitives.ReadUInt16BigEndian(frame[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(frame[4..]),
            BinaryPrimitives.ReadUInt64BigEndian(frame[8..]));
        return true;
    }

    /// <summary>Writes the header's 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less space.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, FrameLayout.Type << 8);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], Epoch);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], SessionTag);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Counter);
    }
}
