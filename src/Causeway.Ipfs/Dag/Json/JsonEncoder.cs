using System.Buffers;
using System.Globalization;
using System.Text;

namespace Causeway.Ipfs.Dag.Json;

/// <summary>Writes values in DAG-JSON's form: no white space, keys in the order of their bytes, escapes as <c>JSON.stringify</c> has them.</summary>
internal sealed class JsonEncoder(IBufferWriter<byte> target)
{
    // What must be escaped (RFC 8259, section 7): quotation marks, backslashes and controls.
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(static code => (char)code), '"', '\\']);

    /// <summary>Writes a value; false where a map in it is one that DAG-JSON reserves.</summary>
    public bool TryWrite(IpldValue value)
    {
        switch (value)
        {
            case IpldNull:
                Put("null");
                return true;
            case IpldBoolean boolean:
                Put(boolean.Value ? "true" : "false");
                return true;
            case IpldInteger integer:
                Put(integer.Value.ToString(CultureInfo.InvariantCulture));
                return true;
            case IpldFloat number:
                Put(FloatText.Write(number.Value));
                return true;
            case IpldString text:
                PutText(text.Value);
                return true;
            case IpldBytes bytes:
                Put($"{{\"/\":{{\"bytes\":\"{JsonForms.WriteBytes(bytes.Value.Span)}\"}}}}");
                return true;
            case IpldList list:
                return TryWriteList(list);
            case IpldMap map:
                return TryWriteMap(map);
            default:
                Put($"{{\"/\":\"{value.As<IpldLink>().Value}\"}}");
                return true;
        }
    }

    private bool TryWriteList(IpldList list)
    {
        Put("[");
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) Put(",");
            if (!TryWrite(list[i])) return false;
        }

        Put("]");
        return true;
    }

    private bool TryWriteMap(IpldMap map)
    {
        var sorted = map.ToArray();
        Array.Sort(sorted, static (left, right) => MapKeys.CompareBytes(left.Key, right.Key));
        if (JsonForms.IsReserved(sorted)) return false;
        Put("{");
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0) Put(",");
            PutText(sorted[i].Key);
            Put(":");
            if (!TryWrite(sorted[i].Value)) return false;
        }

        Put("}");
        return true;
    }

    private void PutText(ReadOnlySpan<char> text)
    {
        Put("\"");
        while (text.IndexOfAny(Escaped) is var at and >= 0)
        {
            Put(text[..at]);
            Put(Escape(text[at]));
            text = text[(at + 1)..];
        }

        Put(text);
        Put("\"");
    }

    private static string Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
    };

    private void Put(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, target);
}
