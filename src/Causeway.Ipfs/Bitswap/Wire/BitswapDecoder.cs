using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>
/// Decodes messages. What is not protobuf, has a known field of another wire type, or names a CID or prefix that is none, is refused as a whole; unknown fields
/// are stepped over; entries past <see cref="BitswapLimits.MaxEntries"/> and wants and presences of types that nobody knows are left out. Blocks are not copied.
/// </summary>
internal static class BitswapDecoder
{
    private const int VarintType = 0;
    private const int BytesType = 2;

    public static bool TryDecode(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out BitswapMessage? message)
    {
        message = null;
        var reader = new WireReader(body.Span);
        var (isFull, pending) = (false, 0UL);
        List<WantEntry>? wants = null;
        List<PayloadBlock>? blocks = null;
        List<BlockPresence>? presences = null;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out var list) && TryReadWantlist(list.Of(body.Span), ref wants, ref isFull),

                // Field 2 is version 1.0.0's blocks, without prefixes: that version is not spoken here.
                3 => wireType == BytesType && reader.TryReadSlice(out var block) && TryAddBlock(block.Of(body), ref blocks),
                4 => wireType == BytesType && reader.TryReadSlice(out var presence) && TryAddPresence(presence.Of(body.Span), ref presences),
                5 => wireType == VarintType && reader.TryReadVarint(out pending),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        message = new BitswapMessage
        {
            Wants = wants ?? [],
            IsFull = isFull,
            Blocks = blocks ?? [],
            Presences = presences ?? [],
            PendingBytes = Math.Max(0, (int)pending),
        };
        return true;
    }

    private static bool TryReadWantlist(ReadOnlySpan<byte> body, ref List<WantEntry>? wants, ref bool isFull)
    {
        var reader = new WireReader(body);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var full = 0UL;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out var entry) && TryAddWant(entry.Of(body), ref wants),
                2 => wireType == VarintType && reader.TryReadVarint(out full),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
            isFull |= full != 0;
        }

        return true;
    }

    private static bool TryAddWant(ReadOnlySpan<byte> body, ref List<WantEntry>? wants)
    {
        if (wants?.Count >= BitswapLimits.MaxEntries) return true;
        var reader = new WireReader(body);
        var block = Slice.Absent;
        var (priority, cancel, type, sendDontHave) = (0UL, 0UL, 0UL, 0UL);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out block),
                2 => wireType == VarintType && reader.TryReadVarint(out priority),
                3 => wireType == VarintType && reader.TryReadVarint(out cancel),
                4 => wireType == VarintType && reader.TryReadVarint(out type),
                5 => wireType == VarintType && reader.TryReadVarint(out sendDontHave),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        if (!TryReadCid(block.Of(body), out var cid)) return false;
        if (type <= (ulong)WantType.Have) (wants ??= []).Add(new WantEntry(cid, (WantType)type, (int)priority, cancel != 0, sendDontHave != 0));
        return true;
    }

    private static bool TryAddBlock(ReadOnlyMemory<byte> body, ref List<PayloadBlock>? blocks)
    {
        if (blocks?.Count >= BitswapLimits.MaxEntries) return true;
        var reader = new WireReader(body.Span);
        var (prefix, data) = (Slice.Absent, Slice.Absent);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out prefix),
                2 => wireType == BytesType && reader.TryReadSlice(out data),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        if (!CidPrefix.TryRead(prefix.Of(body.Span), out var parsed)) return false;
        (blocks ??= []).Add(new PayloadBlock(parsed, data.Of(body)));
        return true;
    }

    private static bool TryAddPresence(ReadOnlySpan<byte> body, ref List<BlockPresence>? presences)
    {
        if (presences?.Count >= BitswapLimits.MaxEntries) return true;
        var reader = new WireReader(body);
        var block = Slice.Absent;
        var type = 0UL;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out block),
                2 => wireType == VarintType && reader.TryReadVarint(out type),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        if (!TryReadCid(block.Of(body), out var cid)) return false;
        if (type <= 1) (presences ??= []).Add(new BlockPresence(cid, Has: type == 0));
        return true;
    }

    private static bool TryReadCid(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Cid? cid)
    {
        cid = null;
        return bytes.Length <= BitswapLimits.MaxCidLength && Cid.TryFromBytes(bytes, out cid);
    }
}
