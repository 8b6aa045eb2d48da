using System.Security.Cryptography;

namespace Causeway.Cryptography.Aead;

/// <summary>ChaCha20-Poly1305 (RFC 8439), as Noise uses it.</summary>
/// <param name="key">32 bytes; the original stays the caller's to zero.</param>
public sealed class ChaCha20Poly1305Cipher(ReadOnlySpan<byte> key) : AeadCipher
{
    // The framework's class keeps one OpenSSL context for its lifetime and only sets the nonce for each call.
    private readonly ChaCha20Poly1305 _cipher = new(key);

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
