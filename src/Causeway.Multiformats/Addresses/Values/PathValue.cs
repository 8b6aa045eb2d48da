using System.Text;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>A path of a Unix socket: it starts with a slash, does not end with one, and takes the rest of the address.</summary>
internal sealed class PathValue : AddressValue
{
    // The longest path that the usual file systems take (Linux, PATH_MAX is 4096) does not fit an address; sun_path has 108 bytes.
    private const int MaxLength = 1024;

    public override string Expected => "a path such as /run/node.sock";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length) =>
        TextValue.TryEncodeUtf8(text, destination, out length) && IsValid(destination[..length]);

    public override bool IsValid(ReadOnlySpan<byte> value) =>
        value.Length is > 1 and <= MaxLength && value[0] == '/' && value[^1] != '/' && TextValue.IsPlain(value, allowSpace: true);

    public override string Format(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value);
}
