using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Causeway.Network.Stun;

/// <summary>Decodes one message (RFC 8489 §5, §14). Of an attribute that comes twice the first one counts.</summary>
internal static class StunMessageReader
{
    private const int MaxUnknown = 32;
    private const int MaxReason = 128;

    public static StunMessage Read(ReadOnlySpan<byte> bytes)
    {
        if (!StunMessage.IsStun(bytes) || bytes.Length > StunMessage.MaxLength) throw Malformed();

        // The class is two bits amid the method's twelve (§5).
        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        var method = (type & 0x000F) | ((type & 0x00E0) >> 1) | ((type & 0x3E00) >> 2);
        if (method != StunMessage.Binding) throw Malformed();
        var message = new StunMessage
        {
            Class = (StunClass)(((type & 0x0010) >> 4) | ((type & 0x0100) >> 7)),
            TransactionId = StunTransactionId.Read(bytes[8..]),
        };

        List<ushort> unknown = [];
        IPEndPoint? plain = null;
        for (var position = StunMessage.HeaderLength; position < bytes.Length;)
        {
            if (message.HasFingerprint) throw Malformed(); // nothing follows it (§14.7)
            var attribute = BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 2)..]);
            var padded = (length + 3) & ~3;
            if (position + 4 + padded > bytes.Length) throw Malformed();
            var value = bytes.Slice(position + 4, length);
            switch (attribute)
            {
                case StunAttribute.XorMappedAddress:
                    message = message with { MappedAddress = message.MappedAddress ?? ReadAddress(value, bytes.Slice(4, 16)) };
                    break;
                case StunAttribute.MappedAddress:
                    plain ??= ReadAddress(value, default);
                    break;
                case StunAttribute.ResponseOrigin:
                    message = message with { ResponseOrigin = message.ResponseOrigin ?? ReadAddress(value, default) };
                    break;
                case StunAttribute.OtherAddress:
                    message = message with { OtherAddress = message.OtherAddress ?? ReadAddress(value, default) };
                    break;
                case StunAttribute.ChangeRequest:
                    message = message with { Change = message.Change ?? ReadChange(value) };
                    break;
                case StunAttribute.ErrorCode:
                    if (message.ErrorCode == 0) message = ReadError(message, value);
                    break;
                case StunAttribute.UnknownAttributes:
                    ReadUnknown(value, unknown);
                    break;
                case StunAttribute.Fingerprint:
                    if (length != 4 || BinaryPrimitives.ReadUInt32BigEndian(value) != StunFingerprint.Compute(bytes[..position])) throw Malformed();
                    message = message with { HasFingerprint = true };
                    break;
                case < StunAttribute.Optional when !StunAttribute.IsCredential(attribute):
                    if (message.Class == StunClass.Request && unknown.Count < MaxUnknown && !unknown.Contains(attribute)) unknown.Add(attribute);
                    break;
            }

            position += 4 + padded;
        }

        if (message.Class == StunClass.Error && message.ErrorCode == 0) throw Malformed();
        return message with { MappedAddress = message.MappedAddress ?? plain, UnknownAttributes = unknown };
    }

    // §14.1, §14.2: a zero byte, the family, the port, the address; the latter two hidden from routers that rewrite what looks like an address.
    private static IPEndPoint ReadAddress(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask)
    {
        if (value.Length < 4 || (value[1], value.Length) is not ((1, 8) or (2, 20))) throw Malformed();
        var port = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
        Span<byte> address = stackalloc byte[value.Length - 4];
        value[4..].CopyTo(address);
        if (!mask.IsEmpty)
        {
            port ^= BinaryPrimitives.ReadUInt16BigEndian(mask);
            for (var i = 0; i < address.Length; i++) address[i] ^= mask[i];
        }

        return new IPEndPoint(new IPAddress(address), port);
    }

    private static StunChange ReadChange(ReadOnlySpan<byte> value) =>
        value.Length == 4 ? (StunChange)BinaryPrimitives.ReadUInt32BigEndian(value) & (StunChange.Address | StunChange.Port) : throw Malformed();

    // §14.8: the hundreds in three bits, the rest in a byte.
    private static StunMessage ReadError(StunMessage message, ReadOnlySpan<byte> value)
    {
        if (value.Length < 4 || (value[2] & 7) is < 3 or > 6 || value[3] > 99) throw Malformed();
        var reason = Encoding.UTF8.GetString(value[4..]);
        return message with { ErrorCode = ((value[2] & 7) * 100) + value[3], ErrorReason = reason.Length > MaxReason ? reason[..MaxReason] : reason };
    }

    private static void ReadUnknown(ReadOnlySpan<byte> value, List<ushort> unknown)
    {
        if (value.Length % 2 != 0) throw Malformed();
        for (; !value.IsEmpty && unknown.Count < MaxUnknown; value = value[2..]) unknown.Add(BinaryPrimitives.ReadUInt16BigEndian(value));
    }

    private static FormatException Malformed() => new("Not a STUN message.");
}
