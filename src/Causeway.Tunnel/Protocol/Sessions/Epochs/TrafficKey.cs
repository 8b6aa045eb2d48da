using System.Buffers.Binary;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Epochs;

/// <summary>
/// The cipher and the IV of one epoch and direction (docs/protocol/tunnel.md §4.1). It exists once at each end; whoever owns it owns the counter, so no
/// nonce comes twice.
/// </summary>
internal sealed class TrafficKey : IDisposable
{
    private const int KeySize = 32;

    private readonly AeadCipher _cipher;
    private readonly SecretBytes _iv;

    private TrafficKey(AeadCipher cipher, SecretBytes iv)
    {
        _cipher = cipher;
        _iv = iv;
    }

    /// <summary>Derives the key of an epoch for what <paramref name="sender"/> sends. The epoch secret stays the caller's to zero.</summary>
    internal static TrafficKey Derive(TunnelSuite suite, SessionId session, ushort epoch, SessionRole sender, ReadOnlySpan<byte> epochSecret)
    {
        var label = sender == SessionRole.Initiator ? "causeway tunnel 1 traffic initiator"u8 : "causeway tunnel 1 traffic responder"u8;
        Span<byte> info = stackalloc byte[64];
        label.CopyTo(info);
        session.CopyTo(info[label.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(info[(label.Length + SessionId.Size)..], epoch);
        using var material = new SecretBytes(KeySize + AeadCipher.NonceSize);
        HkdfSha512.Expand(epochSecret, info[..(label.Length + SessionId.Size + sizeof(ushort))], material.Span);
        var key = material.Span[..KeySize];
        AeadCipher cipher = suite == TunnelSuite.Aes256Gcm ? new AesGcmCipher(key) : new ChaCha20Poly1305Cipher(key);
        return new TrafficKey(cipher, new SecretBytes(material.Span[KeySize..]));
    }

    /// <summary>Encrypts a frame in place; its first 16 bytes are the header, its last 16 become the tag.</summary>
    internal void Seal(ulong counter, Span<byte> frame)
    {
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceSize];
        Nonce(counter, nonce);
        _cipher.Seal(nonce, frame[FrameLayout.HeaderSize..^AeadCipher.TagSize], frame[FrameLayout.HeaderSize..], frame[..FrameLayout.HeaderSize]);
    }

    /// <summary>Decrypts a frame in place; false if it is not authentic.</summary>
    internal bool TryOpen(ulong counter, Span<byte> frame)
    {
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceSize];
        Nonce(counter, nonce);
        return _cipher.TryOpen(
            nonce, frame[FrameLayout.HeaderSize..], frame[FrameLayout.HeaderSize..^AeadCipher.TagSize], frame[..FrameLayout.HeaderSize]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        _iv.Dispose();
    }

    private void Nonce(ulong counter, Span<byte> nonce)
    {
        _iv.Span.CopyTo(nonce);
        var low = nonce[4..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ counter);
    }
}
