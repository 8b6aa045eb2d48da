using Causeway.Ipfs.UnixFs;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class RabinChunkerTests
{
    [Theory]
    [InlineData(RabinPolynomial.Helia)]
    [InlineData(RabinPolynomial.Kubo)]
    public void Leaves_end_where_a_division_of_polynomials_bit_by_bit_says_so(RabinPolynomial polynomial)
    {
        var content = Noise.Bytes(200_000);
        var chunker = Chunker.Rabin(1000, 100, 4000, polynomial);
        var lengths = Cut(chunker, content);
        Assert.Equal(Expected(content, 512 - 1, 100, 4000, (ulong)polynomial), lengths);
        Assert.InRange(lengths.Count, 200, 600);
    }

    [Fact]
    public void What_is_inserted_changes_the_leaves_around_it_only()
    {
        var content = Noise.Bytes(200_000);
        var chunker = Chunker.Rabin(1000, RabinPolynomial.Kubo);
        var before = Cut(chunker, content);
        var after = Cut(chunker, [.. content[..50_000], 1, 2, 3, .. content[50_000..]]);
        Assert.Equal(before[^100..], after[^100..]);
        Assert.Equal(before[..20], after[..20]);
    }

    [Fact]
    public void Bytes_that_never_match_are_cut_at_the_longest_length()
    {
        var chunker = Chunker.Rabin(1000, 100, 4000, RabinPolynomial.Kubo);
        Assert.Equal([100, 100, 50], Cut(chunker, new byte[250]));
        Assert.Equal([4000, 4000, 1], Cut(chunker, [.. Enumerable.Repeat((byte)1, 8001)]));
    }

    [Theory]
    [InlineData(100, 15, 200)]
    [InlineData(100, 101, 200)]
    [InlineData(100, 50, 49)]
    [InlineData(100, 50, Chunker.MaxChunkLength + 1)]
    public void Lengths_that_make_no_sense_are_refused(int average, int min, int max) =>
        Assert.ThrowsAny<ArgumentException>(() => Chunker.Rabin(average, min, max, RabinPolynomial.Helia));

    private static List<int> Cut(Chunker chunker, byte[] content)
    {
        var lengths = new List<int>();
        for (var start = 0; start < content.Length; start += lengths[^1])
            lengths.Add(chunker.Cut(content.AsSpan(start, Math.Min(chunker.MaxLength, content.Length - start))));
        return lengths;
    }

    /// <summary>The same by another way: for each byte the last 16 as a polynomial of 128 bits, divided from the top.</summary>
    private static List<int> Expected(byte[] content, ulong mask, int min, int max, ulong polynomial)
    {
        var lengths = new List<int>();
        var length = 0;
        for (var end = 1; end <= content.Length; end++)
        {
            length++;
            if (end == content.Length || length == max || (length >= min && (Remainder(content.AsSpan(end - 16, 16), polynomial) & mask) == 0))
            {
                lengths.Add(length);
                length = 0;
            }
        }

        return lengths;
    }

    private static ulong Remainder(ReadOnlySpan<byte> window, ulong polynomial)
    {
        UInt128 value = 0;
        foreach (var next in window) value = (value << 8) | next;
        for (var bit = 127; bit >= 53; bit--)
            if ((value >> bit & 1) == 1) value ^= (UInt128)polynomial << (bit - 53);
        return (ulong)value;
    }
}
