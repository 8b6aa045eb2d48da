using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Gateway.Protocol;

/// <summary>Writes responses and pushes.</summary>
internal static class Frames
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A response without a value.</summary>
    public static OutboundFrame Null(long requestId) => Result(requestId, "null"u8);

    /// <summary>A response with a result that is JSON already.</summary>
    public static OutboundFrame Result(long requestId, scoped ReadOnlySpan<byte> json)
    {
        var builder = new FrameBuilder(json.Length + 64);
        builder.Append(",\"method\":\"\",\"result\":"u8);
        builder.Append(json);
        builder.Append(",\"isresponse\":true}"u8);
        var frame = builder.Build(isPush: false);
        frame.Number(requestId);
        return frame;
    }

    /// <summary>A response that says what went wrong.</summary>
    public static OutboundFrame Error(long requestId, GatewayErrorCode code, string message)
    {
        var builder = new FrameBuilder(message.Length + 96);
        builder.Append(",\"method\":\"\",\"error\":"u8);
        builder.Append(JsonSerializer.SerializeToUtf8Bytes(new ErrorBody((int)code, message), GatewayJson.Wire.ErrorBody));
        builder.Append(",\"isresponse\":true}"u8);
        var frame = builder.Build(isPush: false);
        frame.Number(requestId);
        return frame;
    }

    /// <summary>A push whose parameters are JSON already: fixed parts and one value that is passed on as it came.</summary>
    public static OutboundFrame Push(scoped ReadOnlySpan<byte> head, scoped ReadOnlySpan<byte> value)
    {
        var builder = new FrameBuilder(head.Length + value.Length + 32);
        builder.Append(head);
        builder.Append(value);
        builder.Append("},\"isresponse\":false}"u8);
        return builder.Build(isPush: true);
    }

    /// <summary>What comes before <c>data</c> in every <c>peerData</c> push of one (peer, protocol).</summary>
    public static byte[] PeerDataHead(string peer, string protocol) =>
        [.. ",\"method\":\"peerData\",\"params\":{\"peer\":"u8, .. Quote(peer), .. ",\"protocol\":"u8, .. Quote(protocol), .. ",\"data\":"u8];

    /// <summary>What comes before <c>data</c> in every <c>topicData</c> push of one author on one topic.</summary>
    public static byte[] TopicDataHead(string topic, string peer) =>
        [.. ",\"method\":\"topicData\",\"params\":{\"topic\":"u8, .. Quote(topic), .. ",\"peerid\":"u8, .. Quote(peer), .. ",\"data\":"u8];

    /// <summary>A <c>peerChange</c> push.</summary>
    public static OutboundFrame PeerChange(string topic, string peer, bool joined) => Push(
        [.. ",\"method\":\"peerChange\",\"params\":{\"topic\":"u8, .. Quote(topic), .. ",\"peerid\":"u8, .. Quote(peer), .. ",\"joined\":"u8],
        joined ? "true"u8 : "false"u8);

    /// <summary>An <c>ack</c> push.</summary>
    public static OutboundFrame Ack(long ack)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(ack, digits, out var length);
        return Push(",\"method\":\"ack\",\"params\":{\"ack\":"u8, digits[..length]);
    }

    /// <summary>An <c>ackFailed</c> push.</summary>
    public static OutboundFrame AckFailed(long ack, string error)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(ack, digits, out var length);
        return Push([.. ",\"method\":\"ackFailed\",\"params\":{\"ack\":"u8, .. digits[..length], .. ",\"error\":"u8], Quote(error));
    }

    /// <summary>A push whose parameters the serializer writes.</summary>
    public static OutboundFrame Push<T>(string method, T parameters, JsonTypeInfo<T> type)
    {
        using var json = new PooledWriter();
        using (var writer = new Utf8JsonWriter(json, WriterOptions)) JsonSerializer.Serialize(writer, parameters, type);

        // The members of the object, without its closing brace: Push writes that.
        var members = json.Written[..^1];
        return Push([.. ",\"method\":\""u8, .. Encoding.ASCII.GetBytes(method), .. "\",\"params\":"u8], members);
    }

    /// <summary>A JSON string.</summary>
    public static byte[] Quote(string text) => JsonSerializer.SerializeToUtf8Bytes(text, GatewayJson.Wire.String);
}
