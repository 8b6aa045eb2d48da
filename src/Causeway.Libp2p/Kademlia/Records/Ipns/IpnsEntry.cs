
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.Kademlia.Records.Ipns;

/// <summary>The protobuf around an IPNS record's data, with the copies that version 1 had (IPNS spec, "Record Serialization Format").</summary>
internal ref struct IpnsEntry
{
    private const int LastField = 9;

    private readonly ReadOnlySpan<byte> _body;
    private Slices _fields;
    private Numbers _numbers;
    private int _present;

    private IpnsEntry(ReadOnlySpan<byte> body) => _body = body;

    public readonly ReadOnlySpan<byte> PublicKey => _fields[7].Of(_body);

    public readonly ReadOnlySpan<byte> SignatureV2 => _fields[8].Of(_body);

    public readonly ReadOnlySpan<byte> Data => _fields[9].Of(_body);

    public static bool TryDecode(ReadOnlySpan<byte> body, out IpnsEntry entry)
    {
        entry = new IpnsEntry(body);
        var reader = new WireReader(body);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            bool ok;
            if (field > LastField) ok = reader.TrySkip(wireType);
            else if (field is 3 or 5 or 6) ok = wireType == 0 && reader.TryReadVarint(out entry._numbers[field]);
            else ok = wireType == 2 && reader.TryReadSlice(out entry._fields[field]);
            if (!ok) return false;
            if (field <= LastField) entry._present |= 1 << field;
        }

        return true;
    }

    /// <summary>Whether the copies of version 1, where there are any, say what the signed data says (IPNS spec, "Record Verification", 7).</summary>
    public readonly bool AgreesWith(IpnsData data)
    {
        var hasCopies = (_present & ((1 << 1) | (1 << 2))) != 0;
        return !hasCopies
            || (_fields[1].Of(_body).SequenceEqual(data.Value)
                && _fields[4].Of(_body).SequenceEqual(data.Validity)
                && _numbers[3] == data.ValidityType
                && _numbers[5] == data.Sequence
                && _numbers[6] == data.TimeToLive);
    }

    [System.Runtime.CompilerServices.InlineArray(LastField + 1)]
    private struct Slices
    {
        private Slice _first;
    }

    [System.Runtime.CompilerServices.InlineArray(LastField + 1)]
    private struct Numbers
    {
        private ulong _first;
    }
}
