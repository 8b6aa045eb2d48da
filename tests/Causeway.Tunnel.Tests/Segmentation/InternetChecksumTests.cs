using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Segmentation;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_RFC_1071_section_3()
    {
        Assert.Equal(0xddf2, InternetChecksum.Fold(InternetChecksum.Add(0, [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])));
    }

    [Fact]
    public void An_IPv4_header()
    {
        // The checksum of this header is known to be b861.
        Assert.Equal(0xb861, InternetChecksum.Finish(InternetChecksum.Add(0, Convert.FromHexString("450000730000400040110000c0a80001c0a800c7"))));
    }

    [Fact]
    public void Every_length_agrees_with_the_sum_taken_byte_by_byte()
    {
        var bytes = new byte[3000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length < 200; length++) Assert.Equal(Slow(bytes.AsSpan(0, length)), InternetChecksum.Fold(InternetChecksum.Add(0, bytes.AsSpan(0, length))));
        Array.Fill(bytes, (byte)0xff);
        Assert.Equal(Slow(bytes), InternetChecksum.Fold(InternetChecksum.Add(0, bytes)));
    }

    [Fact]
    public void Numbers_and_bytes_add_alike()
    {
        Assert.Equal(InternetChecksum.Fold(InternetChecksum.Add(0, [0x12, 0x34, 0x00, 0x11])), InternetChecksum.Fold(InternetChecksum.Add(InternetChecksum.Add(0, 0x1234), 0x11)));
    }

    private static int Slow(ReadOnlySpan<byte> bytes)
    {
        var sum = 0L;
        for (var i = 0; i < bytes.Length; i++) sum += (i & 1) == 0 ? bytes[i] << 8 : bytes[i];
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return (int)sum;
    }
}
