using System.Security.Cryptography;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>
/// HKDF-SHA-512 (RFC 5869) as sessions use it: outputs of at most one block. The framework's expand step would leave the rest of that block on the stack.
/// </summary>
internal static class SessionKdf
{
    /// <summary>The length of the hash, and the longest output, in bytes.</summary>
    internal const int HashSize = 64;

    private const int MaxInfoSize = 127;

    /// <summary>The extract step: 64 bytes.</summary>
    internal static void Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> inputKey, Span<byte> pseudorandomKey) =>
        HMACSHA512.HashData(salt, inputKey, pseudorandomKey);

    /// <summary>The expand step for at most 64 bytes: the beginning of T(1) = HMAC(key, info ‖ 01).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The output or the info is longer than foreseen.</exception>
    internal static void Expand(ReadOnlySpan<byte> pseudorandomKey, ReadOnlySpan<byte> info, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, HashSize, nameof(output));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(info.Length, MaxInfoSize, nameof(info));
        Span<byte> message = stackalloc byte[MaxInfoSize + 1];
        Span<byte> block = stackalloc byte[HashSize];
        info.CopyTo(message);
        message[info.Length] = 1;
        HMACSHA512.HashData(pseudorandomKey, message[..(info.Length + 1)], block);
        block[..output.Length].CopyTo(output);
        CryptographicOperations.ZeroMemory(block);
    }
}
