using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Causeway.Network.Ethernet;

/// <summary>A 48-bit Ethernet address (IEEE 802, "EUI-48"), printed as <c>02:00:5e:10:00:01</c>.</summary>
public readonly struct MacAddress : IEquatable<MacAddress>, ISpanFormattable
{
    /// <summary>Bytes of an address.</summary>
    public const int Length = 6;

    private const int TextLength = 17;
    private const ulong GroupBit = 0x0100_0000_0000;
    private const ulong LocalBit = 0x0200_0000_0000;

    private readonly ulong _value;

    private MacAddress(ulong value) => _value = value;

    /// <summary>Reads the first six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than six are there.</exception>
    public MacAddress(ReadOnlySpan<byte> bytes)
        : this(((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]))
    {
    }

    /// <summary><c>ff:ff:ff:ff:ff:ff</c>.</summary>
    public static MacAddress Broadcast { get; } = new(0xffff_ffff_ffff);

    /// <summary>Whether it is all zero, which no interface of a segment has.</summary>
    public bool IsZero => _value == 0;

    /// <summary>Whether it addresses a group (multicast or broadcast) rather than one interface: the lowest bit of the first byte.</summary>
    public bool IsGroup => (_value & GroupBit) != 0;

    /// <summary>Whether somebody chose it, rather than a manufacturer: the second lowest bit of the first byte.</summary>
    public bool IsLocallyAdministered => (_value & LocalBit) != 0;

    /// <summary>Whether bridges never forward it: 01:80:c2:00:00:00 to …:0f (IEEE 802.1Q table 8-1).</summary>
    public bool IsLinkLocalReserved => (_value & ~0xfUL) == 0x0180_c200_0000;

    /// <summary>Whether two addresses are the same.</summary>
    public static bool operator ==(MacAddress left, MacAddress right) => left._value == right._value;

    /// <summary>Whether two addresses differ.</summary>
    public static bool operator !=(MacAddress left, MacAddress right) => left._value != right._value;

    /// <summary>Parses six pairs of hexadecimal digits with colons or hyphens between them.</summary>
    /// <exception cref="FormatException">It is not that.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not a MAC address; one looks like 02:00:5e:10:00:01.");

    /// <summary>Parses six pairs of hexadecimal digits with colons or hyphens between them.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress address)
    {
        address = default;
        if (text is not { Length: TextLength } || text[2] is not (':' or '-')) return false;
        ulong value = 0;
        for (var i = 0; i < Length; i++)
        {
            if (i > 0 && text[(i * 3) - 1] != text[2]) return false;
            if (!byte.TryParse(text.AsSpan(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var pair)) return false;
            value = (value << 8) | pair;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>Writes the six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for six.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)_value);
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(_value >> 16));
    }

    /// <summary>The six bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(MacAddress other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    /// <summary>Differs from process to process, so that nobody can choose addresses that fall into one bucket of a table.</summary>
    public override int GetHashCode() => HashCode.Combine(_value);

    /// <inheritdoc/>
    public override string ToString() => string.Create(TextLength, _value, static (span, value) => Format(span, value));

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (destination.Length < TextLength) return false;
        Format(destination, _value);
        charsWritten = TextLength;
        return true;
    }

    private static void Format(Span<char> destination, ulong value)
    {
        for (var i = 0; i < Length; i++)
        {
            if (i > 0) destination[(i * 3) - 1] = ':';
            ((byte)(value >> (40 - (i * 8)))).TryFormat(destination[(i * 3)..], out _, "x2", CultureInfo.InvariantCulture);
        }
    }
}
