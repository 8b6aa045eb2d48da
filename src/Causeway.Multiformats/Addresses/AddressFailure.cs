namespace Causeway.Multiformats.Addresses;

/// <summary>Why an address was refused. The message is made only when somebody wants it: refusing must cost a hostile peer's input nothing more.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Part">Which part, from 1.</param>
/// <param name="Protocol">The protocol of that part, where it is known.</param>
/// <param name="Code">The unknown code.</param>
/// <param name="Value">Where the offending text lies.</param>
internal readonly record struct AddressFailure(AddressFailureKind Kind, int Part, AddressProtocol? Protocol = null, ulong Code = 0, Range Value = default)
{
    public string Describe(ReadOnlySpan<char> text) => Kind switch
    {
        AddressFailureKind.Empty => "it has no parts",
        AddressFailureKind.NoSlash => "it must begin with '/', as in /ip4/127.0.0.1/tcp/9092",
        AddressFailureKind.TooLong => $"it is too long (at most {Multiaddress.MaxLength} bytes and {Multiaddress.MaxComponents} parts)",
        AddressFailureKind.UnknownName => $"part {Part} names the unknown protocol '{ErrorText.Quote(text[Value])}'",
        AddressFailureKind.UnknownCode => $"part {Part} has the unknown protocol code {Code}",
        AddressFailureKind.MissingValue => $"part {Part} ({Protocol?.Name}) lacks its value; expected {Protocol?.Value?.Expected}",
        AddressFailureKind.BadValue when text.IsEmpty => $"part {Part} ({Protocol?.Name}) has a malformed value; expected {Protocol?.Value?.Expected}",
        AddressFailureKind.BadValue =>
            $"part {Part} ({Protocol?.Name}) has the value '{ErrorText.Quote(text[Value])}'; expected {Protocol?.Value?.Expected}",
        AddressFailureKind.AfterPath => $"part {Part} follows a path, which always comes last",
        _ => $"part {Part} is cut off or has a malformed length",
    };
}

/// <summary>The reasons for which an address is refused.</summary>
internal enum AddressFailureKind
{
    None,
    Empty,
    NoSlash,
    TooLong,
    UnknownName,
    UnknownCode,
    MissingValue,
    BadValue,
    AfterPath,
    Malformed,
}
