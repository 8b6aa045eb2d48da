using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>RETRY (docs/protocol/tunnel.md §3.1), a view of the bytes it was read from or will be written of.</summary>
public readonly ref struct RetryMessage
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 4 + HandshakeSizes.Tag + 8 + HandshakeCookies.Size;

    private const byte CookieFlag = 1;
    private const byte KeysFlag = 2;

    /// <summary>Whether the initiator must send its public key.</summary>
    public bool KeysNeeded { get; init; }

    /// <summary>The first 8 bytes of the HELLO's transcript hash, as a number.</summary>
    public ulong HelloTag { get; init; }

    /// <summary>The responder's clock, in milliseconds since 1970; for diagnosis only.</summary>
    public ulong Time { get; init; }

    /// <summary>The cookie that the next HELLO must carry, 40 bytes, or empty.</summary>
    public ReadOnlySpan<byte> Cookie { get; init; }

    /// <summary>Reads a whole message; false if it is not exactly one valid RETRY of version 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out RetryMessage retry)
    {
        retry = default;
        var reader = new WireReader(message);
        reader.Require(reader.Byte() == (byte)HandshakeMessageType.Retry);
        reader.Require(reader.Byte() == HandshakeSizes.Version);
        var flags = reader.Byte();
        reader.Require(flags is >= 1 and <= (CookieFlag | KeysFlag));
        reader.Zeros(1);
        var tag = reader.UInt64();
        var time = reader.UInt64();
        var cookie = reader.Bytes(HandshakeCookies.Size);
        var hasCookie = (flags & CookieFlag) != 0;
        reader.Require(hasCookie || !cookie.ContainsAnyExcept((byte)0));
        if (!reader.IsComplete) return false;
        retry = new RetryMessage { KeysNeeded = (flags & KeysFlag) != 0, HelloTag = tag, Time = time, Cookie = hasCookie ? cookie : default };
        return true;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] ToArray()
    {
        var message = new byte[Size];
        var writer = new WireWriter(message);
        writer.Byte((byte)HandshakeMessageType.Retry);
        writer.Byte(HandshakeSizes.Version);
        writer.Byte((byte)((Cookie.IsEmpty ? 0 : CookieFlag) | (KeysNeeded ? KeysFlag : 0)));
        writer.Zeros(1);
        writer.UInt64(HelloTag);
        writer.UInt64(Time);
        writer.Bytes(Cookie);
        return message;
    }
}
