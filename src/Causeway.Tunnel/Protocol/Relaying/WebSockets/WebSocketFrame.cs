using System.Buffers.Binary;

namespace Causeway.Tunnel.Protocol.Relaying.WebSockets;

/// <summary>Writes headers of frames (RFC 6455 §5.2). Every message is one frame.</summary>
public static class WebSocketFrame
{
    /// <summary>The longest header of a frame of a client in bytes.</summary>
    public const int MaxHeader = 14;

    /// <summary>The longest payload of a control frame in bytes.</summary>
    public const int MaxControlPayload = 125;

    /// <summary>Status of a normal end (RFC 6455 §7.4.1).</summary>
    public const ushort NormalClosure = 1000;

    /// <summary>Status of an end because of something that is not allowed.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>Status of an end because of data of a kind that is not taken: text.</summary>
    public const ushort UnsupportedData = 1003;

    /// <summary>The length that a header will have.</summary>
    public static int HeaderLength(long payloadLength, bool isMasked) =>
        (payloadLength <= 125 ? 2 : payloadLength <= ushort.MaxValue ? 4 : 10) + (isMasked ? 4 : 0);

    /// <summary>Writes the header of a frame without a mask, as servers send it; returns its length.</summary>
    public static int WriteHeader(Span<byte> destination, WebSocketOpcode opcode, long payloadLength)
    {
        destination[0] = (byte)(0x80 | (byte)opcode);
        if (payloadLength <= 125)
        {
            destination[1] = (byte)payloadLength;
            return 2;
        }

        if (payloadLength <= ushort.MaxValue)
        {
            destination[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
            return 4;
        }

        destination[1] = 127;
        BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
        return 10;
    }

    /// <summary>Writes the header of a frame with a mask, as clients send it; returns its length.</summary>
    public static int WriteHeader(Span<byte> destination, WebSocketOpcode opcode, long payloadLength, WebSocketMask mask)
    {
        var length = WriteHeader(destination, opcode, payloadLength);
        destination[1] |= 0x80;
        BitConverter.TryWriteBytes(destination[length..], mask.Key);
        return length + 4;
    }
}
