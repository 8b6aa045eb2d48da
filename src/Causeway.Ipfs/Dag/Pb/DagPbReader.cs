using System.Text;
using System.Text.Unicode;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Pb;

/// <summary>Reads blocks, as strictly as the specification's section "Protobuf Strictness" asks, and lengths and numbers in their shortest form only.</summary>
internal static class DagPbReader
{
    private const int DataField = 1;
    private const int LinkField = 2;
    private const int HashField = 1;
    private const int NameField = 2;
    private const int SizeField = 3;

    public static DagPbFailure? Read(ReadOnlyMemory<byte> block, out DagPbNode? node)
    {
        node = null;
        var reader = new WireReader(block.Span);
        var links = new List<DagPbLink>();
        var data = Slice.Absent;
        var linksAreClosed = false;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType) || wireType != 2 || !reader.TryReadSlice(out var slice))
                return DagPbFailure.Malformed("its fields cannot be read");
            if (field == DataField)
            {
                if (data.IsPresent) return DagPbFailure.Malformed("it has data twice");
                data = slice;
                linksAreClosed = links.Count > 0;
                continue;
            }

            if (field != LinkField) return DagPbFailure.Malformed($"it has a field {field}");
            if (linksAreClosed) return DagPbFailure.Malformed("it has links before and after the data");
            if (links.Count == DagPb.MaxLinks) return new DagPbFailure(IpfsError.TooLarge, $"it has more than {DagPb.MaxLinks} links");
            if (ReadLink(slice.Of(block.Span), out var link) is { } failure) return failure;
            links.Add(link!);
        }

        if (!reader.IsMinimal) return DagPbFailure.Malformed("a number is longer than needed");
        node = data.IsPresent ? new DagPbNode { Links = links, Data = data.Of(block) } : new DagPbNode { Links = links };
        return null;
    }

    private static DagPbFailure? ReadLink(ReadOnlySpan<byte> bytes, out DagPbLink? link)
    {
        link = null;
        var reader = new WireReader(bytes);
        Cid? hash = null;
        string? name = null;
        ulong? size = null;
        var last = 0;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return DagPbFailure.Malformed("a link's fields cannot be read");
            if (field <= last) return DagPbFailure.Malformed("a link's fields are out of order, or twice");
            last = field;
            switch (field, wireType)
            {
                case (HashField, 2) when reader.TryReadSlice(out var slice) && Cid.TryFromBytes(slice.Of(bytes), out hash):
                    break;
                case (NameField, 2) when reader.TryReadSlice(out var slice) && Utf8.IsValid(slice.Of(bytes)):
                    name = slice.Length == 0 ? "" : Encoding.UTF8.GetString(slice.Of(bytes));
                    break;
                case (SizeField, 0) when reader.TryReadVarint(out var value):
                    size = value;
                    break;
                default:
                    return DagPbFailure.Malformed("a link has a bad CID, a bad name or size, or an unknown field");
            }
        }

        if (hash is null) return DagPbFailure.Malformed("a link has no CID");
        if (!reader.IsMinimal) return DagPbFailure.Malformed("a number is longer than needed");
        link = new DagPbLink(hash, name, size);
        return null;
    }
}
