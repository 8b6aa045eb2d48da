namespace Causeway.Ipfs.UnixFs;

/// <summary>How a file is read.</summary>
public sealed record UnixFsReadOptions
{
    /// <summary>Most blocks that are fetched at once, 1 to 1024. It begins with one after each seek, and doubles as long as the reading goes on. Default: 16.</summary>
    public int MaxBlocksAhead { get; init; } = 16;

    /// <summary>Most bytes of blocks that are fetched at once; one block is always fetched. Default: 8 MiB.</summary>
    public long MaxBytesAhead { get; init; } = 8 * 1024 * 1024;

    /// <summary>Where the reading will end, as an offset in the file: nothing behind it is fetched ahead. Default: the file's end.</summary>
    public long End { get; init; } = long.MaxValue;

    /// <summary>The options themselves.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal UnixFsReadOptions Validate()
    {
        if (MaxBlocksAhead is < 1 or > 1024) throw new ArgumentException($"{nameof(MaxBlocksAhead)} is {MaxBlocksAhead}; it may be 1 to 1024.");
        if (MaxBytesAhead < 1) throw new ArgumentException($"{nameof(MaxBytesAhead)} is {MaxBytesAhead}; it must be positive.");
        return this;
    }
}
