using Causeway.Ipfs.Blocks;

namespace Causeway.Ipfs.Car;

/// <summary>What is read of an archive that strangers made.</summary>
public sealed record CarLimits
{
    /// <summary>Longest header in bytes, 64 to 32 MiB: 1 MiB has room for some 24 000 roots.</summary>
    public int MaxHeaderLength { get; init; } = 1 << 20;

    /// <summary>Most blocks in all, 1 and upwards.</summary>
    public long MaxBlocks { get; init; } = long.MaxValue;

    /// <summary>Most bytes of blocks in all, 1 and upwards. A single block has <see cref="Block.MaxLength"/> at most, whatever this says.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHeaderLength, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxHeaderLength, 32 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBlocks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1);
    }
}
