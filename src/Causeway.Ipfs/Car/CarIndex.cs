using System.Buffers.Binary;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>Where blocks begin, as a MultihashIndexSorted says that stands in an archive (see <see cref="CarIndexBuilder"/> for its form). What it says is checked by whoever reads the block.</summary>
internal sealed class CarIndex
{
    /// <summary>The format's code in the multicodec table, <c>car-multihash-index-sorted</c>.</summary>
    public const ulong Code = 0x0401;

    // A code and a length that were never written cost 12 bytes each in a hostile index.
    private const int MaxBuckets = 256;
    private const int OffsetLength = 8;

    private readonly Dictionary<(MultihashCode Code, int DigestLength), byte[]> _buckets = [];

    /// <summary>Reads an index; null where it is of another format.</summary>
    /// <param name="stream">At the index's first byte.</param>
    /// <param name="length">How long it can be, in bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<CarIndex?> ReadAsync(Stream stream, long length, CancellationToken cancellationToken)
    {
        using var input = new CarInput(stream);
        input.Limit(length);
        if (await input.ReadVarintAsync(cancellationToken) != Code) return null;
        var index = new CarIndex();
        var numbers = new byte[12];
        for (var codes = await ReadCountAsync(); codes > 0; codes--)
        {
            await input.ReadAsync(numbers.AsMemory(0, 8), cancellationToken);
            var code = (MultihashCode)BinaryPrimitives.ReadUInt64LittleEndian(numbers);
            for (var widths = await ReadCountAsync(); widths > 0; widths--)
            {
                await input.ReadAsync(numbers, cancellationToken);
                var width = BinaryPrimitives.ReadUInt32LittleEndian(numbers);
                var size = BinaryPrimitives.ReadInt64LittleEndian(numbers.AsSpan(4));
                if (width is <= OffsetLength or > Multihash.MaxDigestLength + OffsetLength || size < 0 || size > Math.Min(length - input.Position, Array.MaxLength) || size % width != 0)
                    throw CarInput.Malformed("a part of its index has a length that cannot be");
                var bucket = new byte[size];
                await input.ReadAsync(bucket, cancellationToken);
                if (index._buckets.Count == MaxBuckets || !index._buckets.TryAdd((code, (int)width - OffsetLength), bucket)) throw CarInput.Malformed("its index has a part twice");
            }
        }

        return index;

        async ValueTask<int> ReadCountAsync()
        {
            await input.ReadAsync(numbers.AsMemory(0, 4), cancellationToken);
            return BinaryPrimitives.ReadInt32LittleEndian(numbers) is var count and >= 0 and <= MaxBuckets ? count : throw CarInput.Malformed("its index has too many parts");
        }
    }

    /// <summary>Where a block begins, from where version 1's part does; null where it is not named.</summary>
    public long? Find(Multihash hash)
    {
        var digest = hash.Digest.Span;
        if (!_buckets.TryGetValue((hash.Code, digest.Length), out var bucket)) return null;
        var width = digest.Length + OffsetLength;
        var (low, high) = (0, (bucket.Length / width) - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var entry = bucket.AsSpan(middle * width, width);
            var order = entry[..digest.Length].SequenceCompareTo(digest);
            if (order == 0) return BinaryPrimitives.ReadInt64LittleEndian(entry[digest.Length..]);
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }
}
