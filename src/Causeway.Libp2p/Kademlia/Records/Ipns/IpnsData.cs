using System.Globalization;
using System.Text;

namespace Causeway.Libp2p.Kademlia.Records.Ipns;

/// <summary>The signed part of an IPNS record (IPNS spec, "Record Fields").</summary>
internal ref struct IpnsData
{
    public ReadOnlySpan<byte> Value { get; private set; }

    public ReadOnlySpan<byte> Validity { get; private set; }

    public ulong ValidityType { get; private set; }

    public ulong Sequence { get; private set; }

    public ulong TimeToLive { get; private set; }

    /// <summary>Reads the DAG-CBOR document: a map with at least these five entries, each of its type and once. Others are ignored.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out IpnsData data)
    {
        data = default;
        var reader = new CborReader(encoded);
        if (!reader.TryReadHead(out var major, out var entries) || major != CborReader.Map || entries > (ulong)encoded.Length) return false;
        var found = 0;
        for (var i = 0UL; i < entries; i++)
        {
            if (!reader.TryReadHead(out major, out var length) || major != CborReader.Text || !reader.TryReadContent(length, out var name)) return false;
            if (!reader.TryReadHead(out major, out var argument)) return false;
            var field = FieldOf(name);
            if (field == 0)
            {
                if (!reader.TrySkip(major, argument)) return false;
                continue;
            }

            var content = ReadOnlySpan<byte>.Empty;
            var isOfItsType = field <= 2 ? major == CborReader.Bytes && reader.TryReadContent(argument, out content) : major == CborReader.Unsigned;
            if (!isOfItsType || (found & field) != 0) return false;
            data.Set(field, content, argument);
            found |= field;
        }

        return reader.IsAtEnd && found == 0b11111;
    }

    /// <summary>When the record ends (RFC 3339; what is finer than 100 ns is cut off); false where it is no time.</summary>
    public readonly bool TryGetExpiry(out DateTimeOffset expiry)
    {
        expiry = default;
        if (ValidityType != 0 || Validity.Length is < 20 or > 40) return false;
        var text = Encoding.ASCII.GetString(Validity);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            if (end - dot > 8) text = text[..(dot + 8)] + text[end..];
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out expiry);
    }

    private void Set(int field, ReadOnlySpan<byte> content, ulong number)
    {
        switch (field)
        {
            case 1: Value = content; break;
            case 2: Validity = content; break;
            case 4: ValidityType = number; break;
            case 8: Sequence = number; break;
            default: TimeToLive = number; break;
        }
    }

    private static int FieldOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("Value"u8)) return 1;
        if (name.SequenceEqual("Validity"u8)) return 2;
        if (name.SequenceEqual("ValidityType"u8)) return 4;
        if (name.SequenceEqual("Sequence"u8)) return 8;
        return name.SequenceEqual("TTL"u8) ? 16 : 0;
    }
}
