namespace Causeway.Ipfs.GarbageCollection;

/// <summary>A set of block numbers: a bit each, in pieces that are made where something is. A million blocks in a row take 125 KB.</summary>
internal sealed class MarkSet
{
    private const int BitsPerPiece = 1 << 16;

    private readonly Dictionary<long, ulong[]> _pieces = [];

    /// <summary>How many numbers are in it.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a number.</summary>
    /// <returns>False when it was there.</returns>
    public bool Add(long id)
    {
        var (piece, bit) = Math.DivRem(id, BitsPerPiece);
        if (!_pieces.TryGetValue(piece, out var words)) _pieces.Add(piece, words = new ulong[BitsPerPiece / 64]);
        ref var word = ref words[bit / 64];
        var mask = 1ul << (int)(bit % 64);
        if ((word & mask) != 0) return false;
        word |= mask;
        Count++;
        return true;
    }

    /// <summary>Whether a number is in it.</summary>
    public bool Contains(long id)
    {
        var (piece, bit) = Math.DivRem(id, BitsPerPiece);
        return _pieces.TryGetValue(piece, out var words) && (words[bit / 64] & (1ul << (int)(bit % 64))) != 0;
    }
}
