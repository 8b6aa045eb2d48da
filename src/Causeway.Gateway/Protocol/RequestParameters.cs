using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Causeway.Gateway.Protocol;

/// <summary>
/// The parameters of the request being begun, as slices of its frame: one pass over the JSON, no copies, values kept as they were written.
/// Reused for every request of a connection; valid until the next <see cref="Read"/>.
/// </summary>
internal sealed class RequestParameters
{
    private static readonly byte[][] Names =
    [
        "peerkey"u8.ToArray(), "rootDirectory"u8.ToArray(), "protocol"u8.ToArray(), "peer"u8.ToArray(),
        "data"u8.ToArray(), "ack"u8.ToArray(), "topic"u8.ToArray(), "peerIds"u8.ToArray(),
        "peerid"u8.ToArray(), "cid"u8.ToArray(), "fallbackPeerID"u8.ToArray(), "path"u8.ToArray(), "content"u8.ToArray(), "directory"u8.ToArray(),
    ];

    private readonly ReadOnlyMemory<byte>[] _values = new ReadOnlyMemory<byte>[Names.Length];

    /// <summary>Takes the parameters from a JSON object. An empty slice (no <c>params</c>) has none. The last of equal names counts, as in JSON.parse.</summary>
    /// <exception cref="GatewayException">It is not an object.</exception>
    public void Read(ReadOnlyMemory<byte> json)
    {
        Array.Clear(_values);
        if (json.IsEmpty) return;
        var reader = new Utf8JsonReader(json.Span, EnvelopeReader.Options);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != JsonTokenType.StartObject) throw GatewayException.InvalidParameters("an object is expected");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = IndexOf(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (index >= 0) _values[index] = json[start..(int)reader.BytesConsumed];
        }
    }

    /// <summary>The value as it was written; false when it is absent.</summary>
    public bool TryGetRaw(Parameter parameter, out ReadOnlyMemory<byte> json)
    {
        json = _values[(int)parameter];
        return !json.IsEmpty;
    }

    /// <summary>A value that must be there, of any type, as it was written.</summary>
    public ReadOnlyMemory<byte> RequireRaw(Parameter parameter)
        => TryGetRaw(parameter, out var json) ? json : throw GatewayException.InvalidParameters($"{NameOf(parameter)} is missing");

    /// <summary>A string; false when it is absent or null.</summary>
    public bool TryGetString(Parameter parameter, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!TryGetRaw(parameter, out var json)) return false;
        var reader = ReaderAt(json);
        if (reader.TokenType == JsonTokenType.Null) return false;
        value = reader.TokenType == JsonTokenType.String ? StringOf(ref reader) : null;
        return value is not null ? true : throw GatewayException.InvalidParameters($"{NameOf(parameter)} must be a string");
    }

    /// <summary>A string that must be there.</summary>
    public string RequireString(Parameter parameter)
        => TryGetString(parameter, out var value) ? value : throw GatewayException.InvalidParameters($"{NameOf(parameter)} is missing");

    /// <summary>An integer; null when it is absent or null.</summary>
    public long? GetInteger(Parameter parameter)
    {
        if (!TryGetRaw(parameter, out var json)) return null;
        var reader = ReaderAt(json);
        if (reader.TokenType == JsonTokenType.Null) return null;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value)
            ? value
            : throw GatewayException.InvalidParameters($"{NameOf(parameter)} must be an integer");
    }

    /// <summary>A truth value; false when it is absent or null.</summary>
    public bool GetBoolean(Parameter parameter)
    {
        if (!TryGetRaw(parameter, out var json)) return false;
        return ReaderAt(json).TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw GatewayException.InvalidParameters($"{NameOf(parameter)} must be true or false"),
        };
    }

    /// <summary>Bytes in base64; null when they are absent or null.</summary>
    public byte[]? GetBytes(Parameter parameter)
    {
        if (!TryGetRaw(parameter, out var json)) return null;
        var reader = ReaderAt(json);
        if (reader.TokenType == JsonTokenType.Null) return null;
        return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw GatewayException.InvalidParameters($"{NameOf(parameter)} must be base64");
    }

    /// <summary>A list of at most <paramref name="maximum"/> strings that must be there.</summary>
    public IReadOnlyList<string> RequireStrings(Parameter parameter, int maximum)
    {
        var reader = ReaderAt(RequireRaw(parameter));
        if (reader.TokenType != JsonTokenType.StartArray) throw GatewayException.InvalidParameters($"{NameOf(parameter)} must be a list of strings");
        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || StringOf(ref reader) is not { } item)
                throw GatewayException.InvalidParameters($"{NameOf(parameter)} must be a list of strings");
            if (list.Count == maximum) throw GatewayException.InvalidParameters($"{NameOf(parameter)} has more than {maximum} entries");
            list.Add(item);
        }

        return list;
    }

    private static Utf8JsonReader ReaderAt(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, EnvelopeReader.Options);
        reader.Read();
        return reader;
    }

    /// <summary>The text, or null where escapes spell a lone surrogate, which has no UTF-8 form.</summary>
    private static string? StringOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static int IndexOf(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (reader.ValueTextEquals(Names[i])) return i;
        }

        return -1;
    }

    private static string NameOf(Parameter parameter) => System.Text.Encoding.UTF8.GetString(Names[(int)parameter]);
}
