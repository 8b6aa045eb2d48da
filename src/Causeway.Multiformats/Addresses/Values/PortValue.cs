using System.Buffers.Binary;
using System.Globalization;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>A port, two bytes in network order.</summary>
internal sealed class PortValue : AddressValue
{
    public override string Expected => "a port from 0 to 65535";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (!TryParse(text, out var port) || !BinaryPrimitives.TryWriteUInt16BigEndian(destination, port)) return false;
        length = 2;
        return true;
    }

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length == 2;

    public override string Format(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt16BigEndian(value).ToString(CultureInfo.InvariantCulture);

    /// <summary>Decimal digits without sign or leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ushort port)
    {
        port = 0;
        return (text.Length == 1 || !text.StartsWith('0')) && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
    }
}
