using System.Buffers.Binary;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>
/// Collects where blocks begin and writes it as a MultihashIndexSorted (carv2, "Format 0x0401"). The specification leaves out the counts of hash functions and lengths, 32 bits each,
/// that go-car writes and reads before them; they are here as there, and a bucket's "count" is its length in bytes.
/// </summary>
internal sealed class CarIndexBuilder
{
    private readonly Dictionary<Multihash, long> _offsets = [];

    public void Add(Multihash hash, long offset)
    {
        if (hash.Code != MultihashCode.Identity) _offsets.TryAdd(hash, offset);
    }

    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var head = new byte[UnsignedVarint.GetLength(CarIndex.Code) + 4];
        var length = UnsignedVarint.Write(head, CarIndex.Code);
        var codes = _offsets.GroupBy(static entry => (ulong)entry.Key.Code).OrderBy(static code => code.Key).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(length), codes.Length);
        await target.WriteAsync(head, cancellationToken);
        foreach (var code in codes)
        {
            var widths = code.GroupBy(static entry => entry.Key.Digest.Length).OrderBy(static width => width.Key).ToArray();
            var bucket = new byte[12];
            BinaryPrimitives.WriteUInt64LittleEndian(bucket, code.Key);
            BinaryPrimitives.WriteInt32LittleEndian(bucket.AsSpan(8), widths.Length);
            await target.WriteAsync(bucket, cancellationToken);
            foreach (var width in widths) await WriteBucketAsync(target, width.Key, [.. width], cancellationToken);
        }
    }

    private static async Task WriteBucketAsync(Stream target, int digestLength, KeyValuePair<Multihash, long>[] entries, CancellationToken cancellationToken)
    {
        Array.Sort(entries, static (left, right) => left.Key.Digest.Span.SequenceCompareTo(right.Key.Digest.Span));
        var head = new byte[12];
        var entry = new byte[digestLength + 8];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)entry.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(4), (long)entries.Length * entry.Length);
        await target.WriteAsync(head, cancellationToken);
        foreach (var (hash, offset) in entries)
        {
            hash.Digest.CopyTo(entry);
            BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(digestLength), offset);
            await target.WriteAsync(entry, cancellationToken);
        }
    }
}
