namespace Causeway.Lab.Captures;

/// <summary>A frame that a device saw.</summary>
/// <param name="Time">When.</param>
/// <param name="Data">From the destination address to the last byte of the payload. Longer than the MTU where the kernel left the splitting to the device.</param>
public sealed record CapturedFrame(DateTimeOffset Time, ReadOnlyMemory<byte> Data)
{
    /// <summary>The EtherType: 0x0800 IPv4, 0x86DD IPv6, 0x0806 ARP.</summary>
    public int EtherType => Data.Length < 14 ? 0 : (Data.Span[12] << 8) | Data.Span[13];
}
