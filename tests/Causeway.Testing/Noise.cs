using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Testing;

/// <summary>Pseudo-random bytes that other programs can make, too, as shared/vectors/README.md says: SHA-256("jsrig-prng" ‖ uint32be(i)) for i = 0, 1, …, in a row.</summary>
public static class Noise
{
    /// <summary>The first bytes of it.</summary>
    public static byte[] Bytes(int length)
    {
        var noise = new byte[(length + SHA256.HashSizeInBytes - 1) / SHA256.HashSizeInBytes * SHA256.HashSizeInBytes];
        Span<byte> input = [.. "jsrig-prng"u8, 0, 0, 0, 0];
        for (var i = 0; i < noise.Length / SHA256.HashSizeInBytes; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input[^sizeof(int)..], i);
            SHA256.HashData(input, noise.AsSpan(i * SHA256.HashSizeInBytes));
        }

        return noise[..length];
    }
}
