using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>
/// The hash of names by which folders are sharded, <c>murmur3-x64-64</c>: the first 64 bits of MurmurHash3_x64_128 with seed 0 (Austin Appleby, public domain).
/// It is not cryptographic: whoever chooses names can make them collide.
/// </summary>
internal static class NameHash
{
    /// <summary>The multihash code (multicodec table).</summary>
    public const ulong Code = 0x22;

    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;
    private const int BlockLength = 16;

    public static ulong Of(string name)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        byte[]? rented = null;
        var bytes = length <= 256 ? stackalloc byte[256] : rented = ArrayPool<byte>.Shared.Rent(length);
        bytes = bytes[..Encoding.UTF8.GetBytes(name, bytes)];
        var hash = Of(bytes);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        var h1 = 0UL;
        var h2 = 0UL;
        for (; bytes.Length >= BlockLength; bytes = bytes[BlockLength..])
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }

        Span<byte> tail = stackalloc byte[BlockLength];
        tail.Clear();
        bytes.CopyTo(tail);
        h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(tail));
        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        return Finish(h1) + Finish(h2);
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong h)
    {
        h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
        h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
        return h ^ (h >> 33);
    }
}
