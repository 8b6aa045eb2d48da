using System.Security.Cryptography;

namespace Causeway.Cryptography.Kdf;

/// <summary>HKDF with HMAC-SHA-256 (RFC 5869), into spans, without allocations.</summary>
public static class Hkdf
{
    /// <summary>The length of the hash in bytes.</summary>
    public const int HashSize = 32;

    /// <summary>The extract step: writes the pseudorandom key, 32 bytes. An empty salt means 32 zero bytes, as HMAC pads its key with zeros.</summary>
    public static void Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> inputKey, Span<byte> pseudorandomKey) =>
        HMACSHA256.HashData(salt, inputKey, pseudorandomKey);

    /// <summary>The expand step: fills <paramref name="output"/>.</summary>
    /// <exception cref="ArgumentException">The output is longer than 255 hashes (8160 bytes), or the key shorter than one.</exception>
    public static void Expand(ReadOnlySpan<byte> pseudorandomKey, ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.Expand(HashAlgorithmName.SHA256, pseudorandomKey, output, info);

    /// <summary>Both steps.</summary>
    /// <exception cref="ArgumentException">The output is longer than 255 hashes (8160 bytes).</exception>
    public static void DeriveKey(ReadOnlySpan<byte> inputKey, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, inputKey, output, salt, info);

    /// <summary>
    /// Noise's HKDF with two outputs of 32 bytes (The Noise Protocol Framework, revision 34, section 4.3). An output may be the memory of
    /// <paramref name="chainingKey"/>.
    /// </summary>
    public static void DeriveTwo(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> inputKey, Span<byte> first, Span<byte> second) =>
        DeriveNoise(chainingKey, inputKey, first, second, default);

    /// <summary>Noise's HKDF with three outputs of 32 bytes. An output may be the memory of <paramref name="chainingKey"/>.</summary>
    public static void DeriveThree(
        ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> inputKey, Span<byte> first, Span<byte> second, Span<byte> third)
    {
        if (third.Length < HashSize) throw new ArgumentException($"An output has {HashSize} bytes.", nameof(third));
        DeriveNoise(chainingKey, inputKey, first, second, third);
    }

    private static void DeriveNoise(
        ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> inputKey, Span<byte> first, Span<byte> second, Span<byte> third)
    {
        Span<byte> key = stackalloc byte[HashSize];
        Span<byte> block = stackalloc byte[HashSize + 1];
        HMACSHA256.HashData(chainingKey, inputKey, key);

        block[0] = 1;
        HMACSHA256.HashData(key, block[..1], block);
        block[..HashSize].CopyTo(first);
        block[HashSize] = 2;
        HMACSHA256.HashData(key, block, block);
        block[..HashSize].CopyTo(second);
        if (!third.IsEmpty)
        {
            block[HashSize] = 3;
            HMACSHA256.HashData(key, block, block);
            block[..HashSize].CopyTo(third);
        }

        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(block);
    }
}
