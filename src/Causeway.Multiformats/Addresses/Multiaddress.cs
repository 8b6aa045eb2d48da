using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Multiformats.Addresses;

namespace Causeway.Multiformats;

/// <summary>
/// A self-describing network address such as <c>/ip4/127.0.0.1/tcp/9092/p2p/12D3Koo…</c> (multiformats/multiaddr). Immutable, compared by its bytes.
/// The text and the values' texts are made when they are first asked for.
/// </summary>
public sealed partial class Multiaddress : IEquatable<Multiaddress>
{
    /// <summary>The longest binary form, in bytes.</summary>
    public const int MaxLength = 2048;

    /// <summary>The most parts.</summary>
    public const int MaxComponents = 32;

    private readonly byte[] _bytes;
    private readonly AddressPart[] _parts;
    private MultiaddressComponent[]? _components;
    private string? _text;
    private PeerId? _peerId;

    private Multiaddress(byte[] bytes, AddressPart[] parts)
    {
        _bytes = bytes;
        _parts = parts;
    }

    /// <summary>The address without parts: what is left when every part is taken away. It has a text (<c>/</c>), but is not read from texts or bytes.</summary>
    public static Multiaddress Empty { get; } = new([], []);

    /// <summary>Whether there are no parts.</summary>
    public bool IsEmpty => _parts.Length == 0;

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<MultiaddressComponent> Components => _components ??= Array.ConvertAll(_parts, Describe);

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Whether two addresses are the same.</summary>
    public static bool operator ==(Multiaddress? left, Multiaddress? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two addresses differ.</summary>
    public static bool operator !=(Multiaddress? left, Multiaddress? right) => !(left == right);

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">Not a multiaddr; the message names the part and the reason.</exception>
    public static Multiaddress Parse(string text) => TryParse(text, out var address, out var failure)
        ? address
        : throw new FormatException($"'{ErrorText.Quote(text)}' is not a multiaddr: {failure.Describe(text)}.");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Multiaddress? address) => TryParse(text, out address, out _);

    /// <summary>Reads the binary form, strictly.</summary>
    /// <exception cref="FormatException">Not a multiaddr; the message names the part and the reason.</exception>
    public static Multiaddress FromBytes(ReadOnlySpan<byte> bytes) => TryFromBytes(bytes, out var address, out var failure)
        ? address
        : throw new FormatException($"Not a multiaddr ({bytes.Length} bytes): {failure.Describe(default)}.");

    /// <summary>As <see cref="FromBytes"/>, without the exception.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddress? address) => TryFromBytes(bytes, out address, out _);

    /// <summary>The text form, canonical: <c>/ipfs</c> is written as <c>/p2p</c>, IPv6 as RFC 5952 asks, peer IDs in base58btc.</summary>
    public override string ToString() => _text ??= Format();

    /// <inheritdoc/>
    public bool Equals(Multiaddress? other) => ReferenceEquals(this, other) || (other is not null && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddress);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    [SkipLocalsInit]
    private static bool TryParse(string? text, [NotNullWhen(true)] out Multiaddress? address, out AddressFailure failure)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        var parts = new PartBuffer();
        var parser = new AddressParser(text, bytes, parts);
        address = parser.TryParse() ? new Multiaddress(bytes[..parser.Length].ToArray(), ((ReadOnlySpan<AddressPart>)parts)[..parser.Count].ToArray()) : null;
        failure = parser.Failure;
        return address is not null;
    }

    private static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddress? address, out AddressFailure failure)
    {
        var parts = new PartBuffer();
        address = AddressReader.TryRead(bytes, parts, out var count, out failure)
            ? new Multiaddress(bytes.ToArray(), ((ReadOnlySpan<AddressPart>)parts)[..count].ToArray())
            : null;
        return address is not null;
    }

    private ReadOnlySpan<byte> ValueBytes(in AddressPart part) => _bytes.AsSpan(part.ValueStart, part.End - part.ValueStart);

    private string? ValueText(in AddressPart part) => part.Protocol.Value?.Format(ValueBytes(part));

    private MultiaddressComponent Describe(AddressPart part) => new(part.Protocol.Name, part.Protocol.Code, ValueText(part));

    private string Format()
    {
        if (_parts.Length == 0) return "/";
        var text = new StringBuilder(64);
        foreach (var part in _parts)
        {
            text.Append('/').Append(part.Protocol.Name);
            if (part.Protocol.Value is null) continue;
            if (!part.Protocol.IsPath) text.Append('/');
            text.Append(ValueText(part));
        }

        return text.ToString();
    }

    [InlineArray(MaxComponents)]
    private struct PartBuffer
    {
        private AddressPart _first;
    }
}
