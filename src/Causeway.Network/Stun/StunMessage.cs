using System.Net;

namespace Causeway.Network.Stun;

/// <summary>A STUN message of the method Binding (RFC 8489), with the attributes that behaviour discovery adds (RFC 5780).</summary>
public sealed record StunMessage
{
    /// <summary>Bytes of the header, and of the shortest message.</summary>
    public const int HeaderLength = 20;

    /// <summary>Bytes of the longest message that is read or written; it fits into any path's datagram (RFC 8489 §6.1).</summary>
    public const int MaxLength = 548;

    internal const uint Cookie = 0x2112A442;

    internal const ushort Binding = 0x0001;

    /// <summary>Whether it asks or answers.</summary>
    public StunClass Class { get; init; }

    /// <summary>Links an answer to its request.</summary>
    public StunTransactionId TransactionId { get; init; }

    /// <summary>The sender's address as the server sees it (XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS of an old server); null if it is not said.</summary>
    public IPEndPoint? MappedAddress { get; init; }

    /// <summary>From where the server shall answer; null where the request has no such attribute.</summary>
    public StunChange? Change { get; init; }

    /// <summary>From where the answer was sent; null if it is not said.</summary>
    public IPEndPoint? ResponseOrigin { get; init; }

    /// <summary>The server's other address and port; null if it has none.</summary>
    public IPEndPoint? OtherAddress { get; init; }

    /// <summary>Why the request is refused, 300 to 699 (RFC 8489 §14.8); 0 in other messages.</summary>
    public int ErrorCode { get; init; }

    /// <summary>The same in words, at most 128 characters.</summary>
    public string ErrorReason { get; init; } = "";

    /// <summary>In a request, the attributes that must be understood and are not known; in an error, those that the server does not know. At most 32.</summary>
    public IReadOnlyList<ushort> UnknownAttributes { get; init; } = [];

    /// <summary>Whether the message ends in a checksum (FINGERPRINT).</summary>
    public bool HasFingerprint { get; init; }

    /// <summary>Encodes.</summary>
    public byte[] Encode() => new StunMessageWriter().Write(this);

    /// <summary>
    /// Decodes strictly: exact lengths, the magic cookie, no more than <see cref="MaxLength"/> bytes, a checksum that is right where there is one.
    /// </summary>
    /// <returns>False if it is no such message.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out StunMessage message)
    {
        try
        {
            message = StunMessageReader.Read(bytes);
            return true;
        }
        catch (FormatException)
        {
            message = new StunMessage();
            return false;
        }
    }

    /// <summary>
    /// Whether a datagram is STUN and nothing else that shares the port: two zero bits, the magic cookie, and the length that the header says
    /// (RFC 8489 §5, §6.3). QUIC and DTLS begin with other bits (RFC 7983).
    /// </summary>
    public static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderLength && datagram[0] < 0x40 && datagram[4..8].SequenceEqual((ReadOnlySpan<byte>)[0x21, 0x12, 0xA4, 0x42])
        && ((datagram[2] << 8) | datagram[3]) == datagram.Length - HeaderLength && datagram.Length % 4 == 0;
}
