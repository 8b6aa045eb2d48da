namespace Causeway.Ipfs.Pins;

/// <summary>What an owner's pins keep.</summary>
/// <param name="Pins">Pins.</param>
/// <param name="Bytes">Bytes of all of them; what two of them keep counts twice.</param>
/// <param name="MaxBytes">The owner's quota in bytes, or null where there is none.</param>
public sealed record PinUsage(long Pins, long Bytes, long? MaxBytes);
