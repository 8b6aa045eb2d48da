using System.Buffers.Binary;
using Causeway.Multiformats.Bases;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>A Tor onion service: base32 host (10 bytes in version 2, 35 in version 3), colon, port above 0.</summary>
internal sealed class OnionValue(int hostLength) : AddressValue
{
    public override string Expected => $"an onion host of {hostLength * 8 / 5} base32 characters, a colon and a port from 1 to 65535";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        var colon = text.IndexOf(':');
        if (colon < 0 || destination.Length < hostLength + 2) return false;
        if (!BaseCodecs.Base32.TryDecode(text[..colon], destination[..hostLength], out var written) || written != hostLength) return false;
        if (!PortValue.TryParse(text[(colon + 1)..], out var port) || port == 0) return false;
        BinaryPrimitives.WriteUInt16BigEndian(destination[hostLength..], port);
        length = hostLength + 2;
        return true;
    }

    public override bool IsValid(ReadOnlySpan<byte> value) =>
        value.Length == hostLength + 2 && BinaryPrimitives.ReadUInt16BigEndian(value[hostLength..]) != 0;

    public override string Format(ReadOnlySpan<byte> value) =>
        $"{BaseCodecs.Base32.Encode(value[..hostLength], default)}:{BinaryPrimitives.ReadUInt16BigEndian(value[hostLength..])}";
}
