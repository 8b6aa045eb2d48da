using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Protocol;

/// <summary>Reads the envelope of a frame. Strict in what is JSON, tolerant of members that it does not know.</summary>
internal static class EnvelopeReader
{
    /// <summary>The <c>requestid</c> of answers to frames that have none to echo.</summary>
    public const long NoRequestId = -1;

    /// <summary>How deep a frame may nest. Far past any application's data, and no danger to a stack.</summary>
    public const int MaxDepth = 256;

    /// <summary>Used for everything that a page or another gateway sends.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a whole frame.</summary>
    /// <exception cref="GatewayException">The frame is no request; it is answered with <paramref name="requestId"/>.</exception>
    public static Envelope Read(ReadOnlyMemory<byte> frame, out long requestId)
    {
        requestId = NoRequestId;
        try
        {
            return ReadObject(frame, ref requestId);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            requestId = NoRequestId;
            throw new GatewayException(GatewayErrorCode.BadRequest, $"the frame is not JSON: {e.Message}", e);
        }
    }

    private static Envelope ReadObject(ReadOnlyMemory<byte> frame, ref long requestId)
    {
        var reader = new Utf8JsonReader(frame.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new GatewayException(GatewayErrorCode.BadRequest, "the frame is not a JSON object");

        long? id = null;
        string? method = null;
        var parameters = ReadOnlyMemory<byte>.Empty;
        var isResponse = false;
        var methodIsString = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("requestid"u8))
            {
                reader.Read();
                id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                methodIsString = reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
                if (methodIsString) method = Methods.Find(ref reader);
                else reader.Skip();
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                parameters = frame[start..(int)reader.BytesConsumed];
            }
            else if (reader.ValueTextEquals("isresponse"u8))
            {
                reader.Read();
                isResponse = reader.TokenType == JsonTokenType.True;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        // Reads to the very end, so that trailing bytes are an error.
        while (reader.Read())
        {
        }

        if (id is null) throw new GatewayException(GatewayErrorCode.BadRequest, "the frame has no integer requestid");
        requestId = id.Value;
        if (!methodIsString) throw new GatewayException(GatewayErrorCode.BadRequest, "method must be a string");
        return new Envelope(id.Value, method ?? "", parameters, isResponse);
    }
}
