namespace Causeway.Tunnel.Protocol.Sessions.Epochs;

/// <summary>How much one direction may carry under the keys of one epoch (docs/protocol/tunnel.md §4.4, §8).</summary>
public sealed record EpochLimits
{
    /// <summary>The protocol's limits. Others are for tests; both ends must have the same.</summary>
    public static EpochLimits Default { get; } = new();

    /// <summary>Frames after which there must be a new epoch. A sender stops at twice as many, and a receiver takes no counter beyond. Default: 2^32.</summary>
    public ulong Frames { get; init; } = 1UL << 32;

    /// <summary>Bytes under the encryption after which there must be a new epoch; a sender stops at twice as many. Default: 2^36.</summary>
    public ulong Bytes { get; init; } = 1UL << 36;

    /// <summary>Where a rekey begins: an eighth before the limit.</summary>
    internal bool IsNear(ulong frames, ulong bytes) => frames >= Frames - (Frames / 8) || bytes >= Bytes - (Bytes / 8);

    /// <summary>Whether a sender must stop before it seals another <paramref name="more"/> bytes.</summary>
    internal bool IsExhausted(ulong frames, ulong bytes, int more) => frames >= 2 * Frames || bytes + (ulong)more > 2 * Bytes;
}
