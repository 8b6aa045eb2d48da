using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Causeway.Ipfs.Dag.Json;

/// <summary>Builds values from JSON's tokens.</summary>
/// <param name="data">The block.</param>
internal ref struct JsonDecoder(ReadOnlySpan<byte> data)
{
    private Utf8JsonReader _reader = new(data, new JsonReaderOptions { MaxDepth = IpldValue.MaxDepth + 2 });

    public string? Problem { get; private set; }

    public bool TryDecode([NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        try
        {
            _reader.Read();
            if (!TryReadValue(IpldValue.MaxDepth, out value)) return false;
            return !_reader.Read() || Fail("something follows the value");
        }
        catch (JsonException error)
        {
            return Fail(error.Message.TrimEnd('.'));
        }
        catch (InvalidOperationException)
        {
            // From GetString.
            return Fail("a text is not UTF-8, or has half of a surrogate pair");
        }
    }

    private bool TryReadValue(int depth, [NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                value = IpldValue.Null;
                return true;
            case JsonTokenType.True or JsonTokenType.False:
                value = _reader.TokenType == JsonTokenType.True;
                return true;
            case JsonTokenType.Number:
                return TryReadNumber(out value);
            case JsonTokenType.String:
                value = IpldString.Trusted(_reader.GetString()!);
                return true;
            case JsonTokenType.StartArray:
                return TryReadList(depth, out value);
            default:
                return TryReadMap(depth, out value);
        }
    }

    private bool TryReadNumber([NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        var text = _reader.ValueSpan;
        if (text.ContainsAny((byte)'.', (byte)'e', (byte)'E'))
        {
            // Not by the reader's GetDouble, which is not always the nearest: 4829866201537600000.0 becomes the next number.
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return Fail("a float is out of range");
            value = number;
            return true;
        }

        if (text.Length > 21 || !Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ||
            integer < IpldInteger.MinValue || integer > IpldInteger.MaxValue)
        {
            return Fail("an integer is out of range");
        }

        value = IpldInteger.Of(integer);
        return true;
    }

    private bool TryReadList(int depth, [NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        if (depth == 0) return TooDeep();
        List<IpldValue> items = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (!TryReadValue(depth - 1, out var item)) return false;
            items.Add(item);
        }

        value = items.Count == 0 ? IpldList.Empty : new IpldList([.. items]);
        return true;
    }

    // A link or bytes: JSON has them deeper than they are, so this comes before the depth is looked at.
    private bool TryReadMap(int depth, [NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        Dictionary<string, IpldValue> entries = new(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var key = _reader.GetString()!;
            _reader.Read();
            if (entries.Count == 0 && key == JsonForms.Mark && TryReadSpecial(out value)) return true;
            if (Problem is not null) return false;
            if (depth == 0) return TooDeep();
            if (!TryReadValue(depth - 1, out var item)) return false;
            if (!entries.TryAdd(key, item)) return Fail("a map key comes twice");
        }

        if (depth == 0) return TooDeep();
        value = IpldMap.Sort([.. entries]);
        return true;
    }

    /// <summary>Reads a link or bytes to the map's end; where it is neither, the reader stands at the value as before.</summary>
    private bool TryReadSpecial([NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        if (_reader.TokenType == JsonTokenType.String)
        {
            if (!JsonForms.TryReadLink(_reader.GetString()!, out var cid)) return Fail("a link is no CID in base58btc (version 0) or base32 (version 1)");
            value = new IpldLink(cid);
            return TryReadEnd();
        }

        if (_reader.TokenType != JsonTokenType.StartObject) return false;
        var ahead = _reader;
        if (!ahead.Read() || ahead.TokenType != JsonTokenType.PropertyName || !ahead.ValueTextEquals("bytes"u8)) return false;
        if (!ahead.Read() || ahead.TokenType != JsonTokenType.String) return false;
        _reader = ahead;
        if (!JsonForms.TryReadBytes(_reader.GetString()!, out var bytes)) return Fail("bytes are not base64 without padding");
        value = new IpldBytes(bytes);
        return TryReadEnd() && TryReadEnd();
    }

    private bool TryReadEnd() => (_reader.Read() && _reader.TokenType == JsonTokenType.EndObject) || Fail("a link or bytes have a second key");

    private bool TooDeep() => Fail($"more than {IpldValue.MaxDepth} lists and maps within one another");

    private bool Fail(string problem)
    {
        Problem ??= problem;
        return false;
    }
}
