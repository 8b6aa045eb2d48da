using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Causeway.Ipfs.Dag.Cbor;

/// <summary>Builds values from what <see cref="CborReader"/> reads.</summary>
/// <param name="data">The block; byte strings become parts of it.</param>
internal ref struct CborDecoder(ReadOnlyMemory<byte> data)
{
    private readonly ReadOnlyMemory<byte> _data = data;
    private readonly ReadOnlySpan<byte> _span = data.Span;
    private CborReader _reader = new(data.Span, isStrict: true);

    public readonly string? Problem => _reader.Problem;

    public bool TryDecode([NotNullWhen(true)] out IpldValue? value) =>
        TryReadValue(IpldValue.MaxDepth, out value) && (_reader.Position == _span.Length || _reader.Fail("something follows the value"));

    private bool TryReadValue(int depth, [NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        if (!_reader.TryReadHead(out var major, out var argument, out var isFloat)) return false;
        switch (major)
        {
            case CborMajor.Unsigned:
                value = IpldInteger.Of(argument);
                return true;
            case CborMajor.Negative:
                value = IpldInteger.Of(-1 - (Int128)argument);
                return true;
            case CborMajor.Bytes:
                value = new IpldBytes(_data[_reader.Take(argument)]);
                return true;
            case CborMajor.Text:
                if (!TryReadText(argument, out var text, out _)) return false;
                value = IpldString.Trusted(text);
                return true;
            case CborMajor.List:
                return depth > 0 ? TryReadList((int)argument, depth, out value) : _reader.Fail($"more than {IpldValue.MaxDepth} lists and maps within one another");
            case CborMajor.Map:
                return depth > 0 ? TryReadMap((int)argument, depth, out value) : _reader.Fail($"more than {IpldValue.MaxDepth} lists and maps within one another");
            case CborMajor.Tag:
                if (!_reader.TryReadLink(out var cid)) return false;
                value = new IpldLink(cid!);
                return true;
            default:
                value = isFloat ? new IpldFloat(BitConverter.UInt64BitsToDouble(argument)) : argument == CborReader.Null ? IpldValue.Null : argument == CborReader.True;
                return true;
        }
    }

    private bool TryReadList(int count, int depth, [NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        var items = count == 0 ? [] : new IpldValue[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadValue(depth - 1, out var item)) return false;
            items[i] = item;
        }

        value = count == 0 ? IpldList.Empty : new IpldList(items);
        return true;
    }

    private bool TryReadMap(int count, int depth, [NotNullWhen(true)] out IpldValue? value)
    {
        value = null;
        var entries = count == 0 ? [] : new KeyValuePair<string, IpldValue>[count];
        ReadOnlySpan<byte> last = default;
        for (var i = 0; i < count; i++)
        {
            if (!_reader.TryReadHead(out var major, out var length, out _)) return false;
            if (major != CborMajor.Text) return _reader.Fail("a map key is no text");
            if (!TryReadText(length, out var key, out var bytes)) return false;
            if (i > 0 && !IsAfter(bytes, last)) return _reader.Fail("map keys are out of order, or one comes twice");
            if (!TryReadValue(depth - 1, out var item)) return false;
            entries[i] = KeyValuePair.Create(key, item);
            last = bytes;
        }

        value = count == 0 ? IpldMap.Empty : new IpldMap(entries);
        return true;
    }

    private bool TryReadText(ulong length, [NotNullWhen(true)] out string? text, out ReadOnlySpan<byte> bytes)
    {
        text = null;
        bytes = _span[_reader.Take(length)];
        if (!Utf8.IsValid(bytes)) return _reader.Fail("a text is not UTF-8");
        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    private static bool IsAfter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> last) =>
        key.Length > last.Length || (key.Length == last.Length && key.SequenceCompareTo(last) > 0);
}
