namespace Causeway.Ipfs.Pins;

/// <summary>Blocks that are kept until the pin is removed.</summary>
/// <param name="Key">Owner, name, root and kind.</param>
/// <param name="Blocks">Blocks that it keeps, each counted once.</param>
/// <param name="Bytes">Their lengths together, in bytes.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Pin(PinKey Key, long Blocks, long Bytes, DateTimeOffset CreatedAt);
