using System.Runtime.CompilerServices;

namespace Causeway.Multiformats.Addresses;

/// <summary>Turns the text form into bytes and parts.</summary>
internal ref struct AddressParser(ReadOnlySpan<char> text, Span<byte> bytes, Span<AddressPart> parts)
{
    // http-path writes up to three characters per byte, base64 and base32 less than two.
    private const int MaxTextLength = Multiaddress.MaxLength * 4;

    private readonly ReadOnlySpan<char> _text = text;
    private readonly Span<byte> _bytes = bytes;
    private readonly Span<AddressPart> _parts = parts;
    private int _at;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>How many parts were found.</summary>
    public int Count { get; private set; }

    /// <summary>Why <see cref="TryParse"/> returned false.</summary>
    public AddressFailure Failure { get; private set; }

    public bool TryParse()
    {
        if (_text.Length > MaxTextLength) return Fail(AddressFailureKind.TooLong);
        if (!_text.StartsWith('/')) return Fail(AddressFailureKind.NoSlash);

        // Trailing slashes are common when addresses are pasted together, and mean nothing.
        var end = _text.TrimEnd('/').Length;
        if (end == 0) return Fail(AddressFailureKind.Empty);
        while (_at < end)
        {
            if (!TryParsePart(_text[..end])) return false;
        }

        return true;
    }

    [SkipLocalsInit]
    private bool TryParsePart(ReadOnlySpan<char> text)
    {
        if (Count == _parts.Length) return Fail(AddressFailureKind.TooLong);
        var name = NextSegment(text);
        var protocol = AddressProtocols.Find(text[name]);
        if (protocol is null) return Fail(AddressFailureKind.UnknownName, null, name);

        Span<byte> prefix = stackalloc byte[UnsignedVarint.MaxLength];
        if (!TryAppend(prefix[..UnsignedVarint.Write(prefix, (ulong)protocol.Code)], out var start)) return Fail(AddressFailureKind.TooLong);
        var valueStart = Length;
        if (protocol.Value is not null)
        {
            if (_at >= text.Length) return Fail(AddressFailureKind.MissingValue, protocol);
            var range = protocol.IsPath ? _at..text.Length : NextSegment(text);
            _at = range.End.Value;
            Span<byte> value = stackalloc byte[Multiaddress.MaxLength];
            if (!protocol.Value.TryEncode(text[range], value, out var size)) return Fail(AddressFailureKind.BadValue, protocol, range);
            if (protocol.Size == AddressProtocol.Variable && !TryAppend(prefix[..UnsignedVarint.Write(prefix, (ulong)size)], out _))
            {
                return Fail(AddressFailureKind.TooLong);
            }

            if (!TryAppend(value[..size], out valueStart)) return Fail(AddressFailureKind.TooLong);
        }

        _parts[Count++] = new AddressPart(protocol, (ushort)start, (ushort)valueStart, (ushort)Length);
        return true;
    }

    // What lies between the slash at the current place and the next one.
    private Range NextSegment(ReadOnlySpan<char> text)
    {
        var start = _at + 1;
        var length = text[start..].IndexOf('/');
        _at = length < 0 ? text.Length : start + length;
        return start.._at;
    }

    private bool TryAppend(scoped ReadOnlySpan<byte> item, out int start)
    {
        start = Length;
        if (!item.TryCopyTo(_bytes[Length..])) return false;
        Length += item.Length;
        return true;
    }

    private bool Fail(AddressFailureKind kind, AddressProtocol? protocol = null, Range value = default)
    {
        Failure = new AddressFailure(kind, Count + 1, protocol, Value: value);
        return false;
    }
}
