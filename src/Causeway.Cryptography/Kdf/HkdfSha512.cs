using System.Security.Cryptography;

namespace Causeway.Cryptography.Kdf;

/// <summary>The expand step of HKDF with HMAC-SHA-512 (RFC 5869, section 2.3). The framework's leaves its last block on the stack; this one zeroes it.</summary>
public static class HkdfSha512
{
    /// <summary>The length of the hash in bytes.</summary>
    public const int HashSize = HMACSHA512.HashSizeInBytes;

    private const int MaxOutput = 255 * HashSize;
    private const int ShortInfo = 127;

    /// <summary>Fills <paramref name="output"/>.</summary>
    /// <param name="pseudorandomKey">At least 64 bytes.</param>
    /// <param name="info">What the output is for.</param>
    /// <param name="output">At most 255 · 64 bytes.</param>
    /// <exception cref="ArgumentException">A length is out of range.</exception>
    public static void Expand(ReadOnlySpan<byte> pseudorandomKey, ReadOnlySpan<byte> info, Span<byte> output)
    {
        if (pseudorandomKey.Length < HashSize) throw new ArgumentException($"The key has at least {HashSize} bytes.", nameof(pseudorandomKey));
        if (output.Length > MaxOutput) throw new ArgumentException($"The output has at most {MaxOutput} bytes.", nameof(output));
        Span<byte> block = stackalloc byte[HashSize];
        Span<byte> message = info.Length <= ShortInfo ? stackalloc byte[HashSize + ShortInfo + 1] : new byte[HashSize + info.Length + 1];
        message = message[..(HashSize + info.Length + 1)];
        info.CopyTo(message[HashSize..]);
        for (var done = 0; done < output.Length; done += HashSize)
        {
            // T(i) = HMAC(key, T(i - 1) ‖ info ‖ i), and T(0) is empty.
            message[^1] = (byte)((done / HashSize) + 1);
            HMACSHA512.HashData(pseudorandomKey, done == 0 ? message[HashSize..] : message, block);
            block[..Math.Min(HashSize, output.Length - done)].CopyTo(output[done..]);
            block.CopyTo(message);
        }

        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(message);
    }
}
