using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Libp2p.Wire;

namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>
/// Reads UnixFS messages. The specification has no rule for their strictness, so the order of fields is free and unknown ones are stepped over, as Kubo and Helia do;
/// a field twice is refused, since readers would not agree on which one counts.
/// </summary>
internal static class UnixFsDataReader
{
    private const int BlockSizesField = 4;

    /// <summary>The message, or null with a reason.</summary>
    public static UnixFsData? Read(ReadOnlyMemory<byte> bytes, out string reason)
    {
        var reader = new WireReader(bytes.Span);
        var numbers = new Numbers();
        var data = Slice.Absent;
        UnixFsTime? time = null;
        List<ulong>? sizes = null;
        reason = "its UnixFS message cannot be read";
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return null;
            var slice = Slice.Absent;
            var number = 0UL;
            switch (field, wireType)
            {
                case (1 or 3 or BlockSizesField or 5 or 6 or 7, 0) when !reader.TryReadVarint(out number):
                case (2 or BlockSizesField or 8, 2) when !reader.TryReadSlice(out slice):
                    return null;
                case (2, 2) when !data.IsPresent:
                    data = slice;
                    break;
                case (BlockSizesField, 0):
                    (sizes ??= []).Add(number);
                    break;
                case (BlockSizesField, 2) when ReadPacked(slice.Of(bytes.Span), sizes ??= []):
                    break;
                case (8, 2) when time is null && ReadTime(slice.Of(bytes.Span), out time):
                    break;
                case (1 or 3 or 5 or 6 or 7, 0) when numbers.Take(field, number):
                    break;
                case ( <= 8, _):
                    reason = $"field {field} of its UnixFS message is wrong or there twice";
                    return null;
                default:
                    if (!reader.TrySkip(wireType)) return null;
                    break;
            }

            if (sizes?.Count > DagPb.MaxLinks) return null;
        }

        if (numbers.Type is not <= (ulong)UnixFsType.HamtShard)
        {
            reason = "its UnixFS message does not say what it is, or something unknown";
            return null;
        }

        if (numbers.Mode > uint.MaxValue) return null;
        return new UnixFsData
        {
            Type = (UnixFsType)numbers.Type.Value,
            Data = data.Of(bytes),
            FileSize = numbers.FileSize,
            BlockSizes = sizes ?? (IReadOnlyList<ulong>)[],
            HashType = numbers.HashType,
            Fanout = numbers.Fanout,
            Metadata = new UnixFsMetadata((uint?)numbers.Mode, time),
        };
    }

    private static bool ReadPacked(ReadOnlySpan<byte> bytes, List<ulong> sizes)
    {
        var reader = new WireReader(bytes);
        while (!reader.IsAtEnd)
        {
            if (sizes.Count > DagPb.MaxLinks || !reader.TryReadVarint(out var size)) return false;
            sizes.Add(size);
        }

        return true;
    }

    private static bool ReadTime(ReadOnlySpan<byte> bytes, out UnixFsTime? time)
    {
        var reader = new WireReader(bytes);
        ulong? seconds = null;
        uint? nanoseconds = null;
        time = null;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var start = reader.Position;
            switch (field, wireType)
            {
                case (1, 0) when seconds is null && reader.TryReadVarint(out var value):
                    seconds = value;
                    break;
                case (2, 5) when nanoseconds is null && reader.TrySkip(wireType):
                    nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(bytes[start..]);
                    break;
                case ( > 2, _) when reader.TrySkip(wireType):
                    break;
                default:
                    return false;
            }
        }

        // Zero nanoseconds are outside of the specification's range, but Helia writes them.
        if (nanoseconds > 999_999_999) return false;
        time = new UnixFsTime((long)(seconds ?? 0), nanoseconds);
        return true;
    }

    /// <summary>The fields that are numbers, each at most once.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Numbers
    {
        public ulong? Type { get; private set; }

        public ulong? FileSize { get; private set; }

        public ulong? HashType { get; private set; }

        public ulong? Fanout { get; private set; }

        public ulong? Mode { get; private set; }

        public bool Take(int field, ulong value)
        {
            switch (field)
            {
                case 1 when Type is null: Type = value; return true;
                case 3 when FileSize is null: FileSize = value; return true;
                case 5 when HashType is null: HashType = value; return true;
                case 6 when Fanout is null: Fanout = value; return true;
                case 7 when Mode is null: Mode = value; return true;
                default: return false;
            }
        }
    }
}
