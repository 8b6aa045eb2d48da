using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>What a newcomer proves in HELLO: that it holds the secret of an invitation (docs/protocol/tunnel.md §6). Disposing zeroes the key.</summary>
public sealed class InvitationProof : IDisposable
{
    /// <summary>The length of an invitation's ID in bytes.</summary>
    public const int IdSize = 16;

    /// <summary>The length of an invitation's key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The length of the proof in bytes, an HMAC-SHA-256.</summary>
    public const int MacSize = 32;

    private readonly byte[] _id;
    private readonly SecretBytes _key;

    /// <summary>The proof for an invitation; the key is copied, the original stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public InvitationProof(ReadOnlySpan<byte> id, ReadOnlySpan<byte> key)
    {
        if (id.Length != IdSize) throw new ArgumentException($"An invitation's ID has {IdSize} bytes.", nameof(id));
        if (key.Length != KeySize) throw new ArgumentException($"An invitation's key has {KeySize} bytes.", nameof(key));
        _id = id.ToArray();
        _key = new SecretBytes(key);
    }

    /// <summary>The invitation's ID, 16 bytes; no secret.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>Writes the MAC over HELLO up to and with the invitation's ID.</summary>
    public void ComputeMac(ReadOnlySpan<byte> hello, Span<byte> mac) => HMACSHA256.HashData(_key.Span, hello, mac);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>Whether a MAC is that of <paramref name="key"/>, in constant time.</summary>
    internal static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacSize];
        HMACSHA256.HashData(key, hello, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }
}
