using Causeway.Ipfs.Blocks;

namespace Causeway.Ipfs.UnixFs;

/// <summary>Where a file is cut into leaves. The same bytes are always cut at the same places.</summary>
public abstract class Chunker
{
    /// <summary>Longest leaf that a chunker may make, in bytes: what a block may have, less what a DAG-PB leaf adds.</summary>
    public const int MaxChunkLength = Block.MaxLength - 64;

    private protected Chunker(int maxLength) => MaxLength = maxLength;

    /// <summary>Longest leaf that it makes, in bytes.</summary>
    public int MaxLength { get; }

    /// <summary>Whether every leaf but the last has <see cref="MaxLength"/>.</summary>
    internal virtual bool IsFixed => false;

    /// <summary>Leaves of equal length; the last one is shorter.</summary>
    /// <param name="length">Bytes, 1 to <see cref="MaxChunkLength"/>.</param>
    public static Chunker Fixed(int length) => new Chunking.FixedChunker(Checked(length, 1, nameof(length)));

    /// <summary>
    /// Leaves cut where the Rabin fingerprint of the last 16 bytes says so: what is inserted or removed in a file changes only the leaves around it.
    /// </summary>
    /// <param name="average">About the length of leaves, in bytes; only its highest bit counts for the fingerprint.</param>
    /// <param name="min">Shortest leaf, at least 16 bytes.</param>
    /// <param name="max">Longest leaf, at most <see cref="MaxChunkLength"/>.</param>
    /// <param name="polynomial">Whose leaves they are: Kubo's and Helia's differ.</param>
    public static Chunker Rabin(int average, int min, int max, RabinPolynomial polynomial)
    {
        Checked(min, Chunking.RabinChunker.Window, nameof(min));
        Checked(max, min, nameof(max));
        Checked(average, min, nameof(average));
        return new Chunking.RabinChunker(average, min, max, polynomial);
    }

    /// <summary>As <see cref="Rabin(int, int, int, RabinPolynomial)"/>, with leaves of a third to one and a half of the average (what <c>rabin-[avg]</c> means in Kubo).</summary>
    public static Chunker Rabin(int average, RabinPolynomial polynomial) => Rabin(average, average / 3, average + (average / 2), polynomial);

    /// <summary>
    /// The length of the first leaf of what is left of a file.
    /// </summary>
    /// <param name="window">The next <see cref="MaxLength"/> bytes, or all that are left; at least one.</param>
    internal abstract int Cut(ReadOnlySpan<byte> window);

    private static int Checked(int value, int min, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxChunkLength, name);
        return value;
    }
}
