using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p;

namespace Causeway.Gateway.Messaging;

/// <summary>
/// The frames between gateways: 4-byte big-endian length, then <c>{"type":"data","id":"…","data":"&lt;base64&gt;"}</c> or <c>{"type":"ack","id":"…"}</c>
/// (docs/reference/gateway-protocol.md, "Between gateways").
/// </summary>
internal static class MessageCodec
{
    /// <summary>Bytes of the length in front of each frame.</summary>
    public const int HeaderLength = 4;

    /// <summary>Longest id that is accepted; the ids that are in use have some 20 bytes.</summary>
    public const int MaxIdLength = 128;

    private static ReadOnlySpan<byte> DataHead => "{\"type\":\"data\",\"id\":\""u8;

    private static ReadOnlySpan<byte> DataMiddle => "\",\"data\":\""u8;

    private static ReadOnlySpan<byte> AckHead => "{\"type\":\"ack\",\"id\":\""u8;

    private static ReadOnlySpan<byte> Tail => "\"}"u8;

    /// <summary>The length of a data frame, its header included.</summary>
    public static int DataLength(int idLength, int jsonLength)
        => checked(HeaderLength + DataHead.Length + idLength + DataMiddle.Length + Base64.GetMaxEncodedToUtf8Length(jsonLength) + Tail.Length);

    /// <summary>Writes a data frame; <paramref name="destination"/> has <see cref="DataLength"/> bytes.</summary>
    public static void WriteData(Span<byte> destination, ReadOnlySpan<byte> id, ReadOnlySpan<byte> json)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, destination.Length - HeaderLength);
        var rest = Write(destination[HeaderLength..], DataHead);
        rest = Write(rest, id);
        rest = Write(rest, DataMiddle);
        Base64.EncodeToUtf8(json, rest, out _, out var written);
        Write(rest[written..], Tail);
    }

    /// <summary>The length of an acknowledgement, its header included.</summary>
    public static int AckLength(int idLength) => HeaderLength + AckHead.Length + idLength + Tail.Length;

    /// <summary>Writes an acknowledgement; <paramref name="destination"/> has <see cref="AckLength"/> bytes.</summary>
    public static void WriteAck(Span<byte> destination, ReadOnlySpan<byte> id)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, destination.Length - HeaderLength);
        var rest = Write(destination[HeaderLength..], AckHead);
        rest = Write(rest, id);
        Write(rest, Tail);
    }

    /// <summary>Reads a frame (without its length). The id is a slice of it.</summary>
    /// <exception cref="Libp2pException">It is not a frame, or its data is not one JSON value.</exception>
    public static MessageFrame Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            return ReadObject(frame);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Violation($"a frame between gateways is malformed: {e.Message}", e);
        }
    }

    private static MessageFrame ReadObject(ReadOnlyMemory<byte> frame)
    {
        var reader = new Utf8JsonReader(frame.Span, EnvelopeReader.Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("an object is expected");
        var type = MessageFrameType.Unknown;
        var id = ReadOnlyMemory<byte>.Empty;
        byte[]? data = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.ValueTextEquals("data"u8)) type = MessageFrameType.Data;
                else if (reader.ValueTextEquals("ack"u8)) type = MessageFrameType.Ack;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String) throw new FormatException("the id is not a string");
                var start = (int)reader.TokenStartIndex + 1;
                id = frame.Slice(start, reader.ValueSpan.Length);
                if (id.Length > MaxIdLength) throw new FormatException($"the id is longer than {MaxIdLength} bytes");
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                data = reader.TokenType == JsonTokenType.Null ? null : reader.GetBytesFromBase64();
            }
            else
            {
                reader.Skip();
            }
        }

        while (reader.Read())
        {
        }

        if (type == MessageFrameType.Data)
        {
            // Without ids all messages would be repetitions of the first one.
            if (id.IsEmpty) throw new FormatException("a data frame without an id");
            RequireValue(data);
        }

        return new MessageFrame(type, id, data);
    }

    // What arrives here is written into a page's frame as it is, so it must be exactly one JSON value.
    private static void RequireValue(byte[]? json)
    {
        if (json is null) throw new FormatException("a data frame without data");
        if (!Utf8.IsValid(json)) throw new FormatException("the data is not UTF-8");
        var reader = new Utf8JsonReader(json, EnvelopeReader.Options);
        while (reader.Read())
        {
        }
    }

    private static Span<byte> Write(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination);
        return destination[bytes.Length..];
    }

    /// <summary>The other gateway broke the framing.</summary>
    public static Libp2pException Violation(string message, Exception? inner = null) => new(Libp2pError.ProtocolViolation, message, inner);
}
