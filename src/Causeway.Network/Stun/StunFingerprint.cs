namespace Causeway.Network.Stun;

/// <summary>The checksum at the end of a message (RFC 8489 §14.7): the CRC-32 of ITU V.42, which Ethernet uses too, and a constant that sets it apart.</summary>
internal static class StunFingerprint
{
    private const uint Polynomial = 0xEDB88320, Apart = 0x5354554E;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Shift((uint)i))];

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc ^ Apart;
    }

    private static uint Shift(uint value)
    {
        for (var i = 0; i < 8; i++) value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    }
}
