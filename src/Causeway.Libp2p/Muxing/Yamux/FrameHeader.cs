using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>The 12 bytes in front of every frame (libp2p specs, <c>yamux/README.md</c>, "Framing"; all fields big-endian).</summary>
/// <param name="Type">What the frame is.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="StreamId">The stream it is about; 0 is the session.</param>
/// <param name="Length">Payload bytes, window delta, ping value or go-away code, depending on <paramref name="Type"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameHeader(FrameType Type, FrameFlags Flags, uint StreamId, uint Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 12;

    /// <summary>The only version there is.</summary>
    public const byte Version = 0;

    /// <summary>Whether any of these flags is set. (<see cref="Enum.HasFlag"/> allocates until the runtime has optimised its caller.)</summary>
    public bool Has(FrameFlags flags) => (Flags & flags) != FrameFlags.None;

    /// <summary>Reads a header from exactly <see cref="Size"/> bytes or more.</summary>
    /// <exception cref="Libp2pException">Unknown version, type or flag.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != Version) throw Violation.Of($"frame version {bytes[0]} instead of {Version}");
        if (bytes[1] > (byte)FrameType.GoAway) throw Violation.Of($"unknown frame type {bytes[1]}");
        var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if ((flags & ~(ushort)FrameFlags.All) != 0) throw Violation.Of($"unknown flags 0x{flags:x4}");
        return new FrameHeader((FrameType)bytes[1], (FrameFlags)flags, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
    }

    /// <summary>Writes the header to the front of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
    }
}

/// <summary>Types of frames.</summary>
internal enum FrameType : byte
{
    /// <summary>Carries payload of a stream; the only type that counts against its window.</summary>
    Data = 0,

    /// <summary>Grows the window of a stream, or only carries flags.</summary>
    WindowUpdate = 1,

    /// <summary>Measures the round trip.</summary>
    Ping = 2,

    /// <summary>Ends the session.</summary>
    GoAway = 3,
}

/// <summary>Flags of frames.</summary>
[Flags]
internal enum FrameFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Opens a stream; on a ping: the question.</summary>
    Syn = 1,

    /// <summary>Acknowledges an opened stream; on a ping: the answer.</summary>
    Ack = 2,

    /// <summary>Half-closes.</summary>
    Fin = 4,

    /// <summary>Resets.</summary>
    Rst = 8,

    /// <summary>All that are known.</summary>
    All = Syn | Ack | Fin | Rst,
}

/// <summary>Why a session ends ("Session termination").</summary>
internal enum GoAwayCode : uint
{
    /// <summary>Normal termination.</summary>
    Normal = 0,

    /// <summary>The receiver of this code broke the protocol.</summary>
    ProtocolError = 1,

    /// <summary>The sender of this code cannot go on.</summary>
    InternalError = 2,
}
