using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>The four bytes before every record's body: type u8 ‖ length u24 (tunnel protocol §2.1).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RecordHeader(RecordType Type, int BodyLength)
{
    /// <summary>The length of a header in bytes.</summary>
    public const int Size = 4;

    /// <summary>The longest body in bytes.</summary>
    public const int MaxBody = 66_560;

    /// <summary>The longest record in bytes: header and body.</summary>
    public const int MaxRecord = Size + MaxBody;

    /// <summary>The bytes of a DATA record before its payload: header and peer ID.</summary>
    public const int DataPrefix = Size + TunnelPeerId.Size;

    /// <summary>The longest payload of a DATA record in bytes.</summary>
    public const int MaxPayload = MaxBody - TunnelPeerId.Size;

    /// <summary>The bytes that a member may send before its AUTH is complete, framing included.</summary>
    public const int MaxBeforeWelcome = 16_384;

    /// <summary>The length of header and body.</summary>
    public int RecordLength => Size + BodyLength;

    /// <summary>Reads four bytes, whatever they say.</summary>
    public static RecordHeader Read(ReadOnlySpan<byte> source)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(source);
        return new RecordHeader((RecordType)(word >> 24), (int)(word & 0xff_ffff));
    }

    /// <summary>Writes the four bytes.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Type << 24) | (uint)BodyLength);

    /// <summary>Writes what comes before the payload of a DATA record.</summary>
    /// <param name="destination">36 bytes and more.</param>
    /// <param name="peer">Whom it goes to; from a relay, whom it comes from.</param>
    /// <param name="payloadLength">1 to <see cref="MaxPayload"/>.</param>
    public static void WriteData(Span<byte> destination, TunnelPeerId peer, int payloadLength)
    {
        new RecordHeader(RecordType.Data, TunnelPeerId.Size + payloadLength).Write(destination);
        peer.CopyTo(destination[Size..]);
    }

    /// <summary>Whether a relay may say this: known to come from relays, and of a length that its type can have.</summary>
    public bool IsValidFromRelay => Type switch
    {
        RecordType.RelayHello => BodyLength == RelayHello.BodySize,
        RecordType.Welcome => BodyLength == RelayWelcome.BodySize,
        RecordType.Refused => BodyLength is >= RelayRefused.MinBody and <= RelayRefused.MaxBody,
        RecordType.Data => BodyLength is > TunnelPeerId.Size and <= MaxBody,
        RecordType.Unreachable => BodyLength == TunnelPeerId.Size + 1,
        RecordType.Ping => BodyLength == 8,
        RecordType.Pong => BodyLength == 9,
        RecordType.Drain => BodyLength == 2,
        _ => false,
    };

    /// <summary>Whether a member may say this: known to come from members, and of a length that its type can have.</summary>
    public bool IsValidFromMember => Type switch
    {
        RecordType.Auth => BodyLength == MemberAuth.BodySize,
        RecordType.Data => BodyLength is > TunnelPeerId.Size and <= MaxBody,
        RecordType.Block => BodyLength == TunnelPeerId.Size + 4,
        RecordType.Ping => BodyLength == 8,
        RecordType.Pong => BodyLength == 9,
        _ => false,
    };
}
