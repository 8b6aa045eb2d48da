using System.Security.Cryptography;

namespace Causeway.Cryptography.Aead;

/// <summary>ChaCha20-Poly1305 (RFC 8439), as Noise uses it.</summary>
public sealed class ChaCha20Poly1305Cipher : AeadCipher
{
    // The framework's class keeps one OpenSSL context for its lifetime and only sets the nonce for each call, as fast as
    // OpenSSL alone at 64 KiB.
    private readonly ChaCha20Poly1305 _cipher;

    /// <summary>A cipher for a key of 32 bytes; the original stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">The key has not 32 bytes.</exception>
    public ChaCha20Poly1305Cipher(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32) throw new ArgumentException($"A ChaCha20-Poly1305 key has 32 bytes, not {key.Length}.", nameof(key));
        _cipher = new ChaCha20Poly1305(key);
    }

    /// <inheritdoc/>
    public override int KeySize => 32;

    /// <inheritdoc/>
    public override void Dispose() => _cipher.Dispose();

    private protected override void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associatedData) =>
        _cipher.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);

    private protected override void Decrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext, ReadOnlySpan<byte> associatedData) =>
        _cipher.Decrypt(nonce, ciphertext, tag, plaintext, associatedData);
}
