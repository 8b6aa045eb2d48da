using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Segmentation;

/// <summary>
/// The ones' complement sum of IP, TCP and UDP (RFC 1071). Sums are kept in the byte order of the machine, which the sum does not mind
/// (RFC 1071 §2 B), and are turned once when they are stored.
/// </summary>
internal static class InternetChecksum
{
    /// <summary>Adds bytes to a running sum. A piece that something else follows must have an even length; an odd last byte counts as if a zero followed.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        // 32-bit words into a 64-bit sum: no carry is lost below 2^32 words, and no frame has more than 2^15 of them.
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        ulong even = 0, odd = 0;
        var i = 0;
        for (; i + 1 < words.Length; i += 2)
        {
            even += words[i];
            odd += words[i + 1];
        }

        if (i < words.Length) even += words[i];
        sum += even + odd;
        var rest = bytes[(words.Length * sizeof(uint))..];
        if (rest.Length >= 2)
        {
            sum += MemoryMarshal.Read<ushort>(rest);
            rest = rest[2..];
        }

        if (rest.Length == 1) sum += BitConverter.IsLittleEndian ? rest[0] : (ulong)rest[0] << 8;
        return sum;
    }

    /// <summary>Adds one 16-bit number, as it would stand in a header.</summary>
    public static ulong Add(ulong sum, ushort value) => sum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>Folds a sum to 16 bits, not complemented: the number as it would stand in a header.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)sum) : (ushort)sum;
    }

    /// <summary>The checksum to store: the complement of the folded sum.</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);
}
