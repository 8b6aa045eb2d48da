using System.Security.Cryptography;

namespace Causeway.Cryptography.Aead;

/// <summary>AES-GCM (NIST SP 800-38D) with a key of 16 or 32 bytes and full 16-byte tags.</summary>
public sealed class AesGcmCipher : AeadCipher
{
    private readonly AesGcm _cipher;

    /// <summary>A cipher for AES-128-GCM or AES-256-GCM, by the key's length; the original stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">The key has neither 16 nor 32 bytes.</exception>
    public AesGcmCipher(ReadOnlySpan<byte> key)
    {
        if (key.Length is not (16 or 32)) throw new ArgumentException($"An AES-GCM key has 16 or 32 bytes, not {key.Length}.", nameof(key));
        KeySize = key.Length;
        _cipher = new AesGcm(key, TagSize);
    }

    /// <inheritdoc/>
    public override int KeySize { get; }

    /// <inheritdoc/>
    public override void Dispose() => _cipher.Dispose();

    private protected override void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associatedData) =>
        _cipher.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);

    private protected override void Decrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext, ReadOnlySpan<byte> associatedData) =>
        _cipher.Decrypt(nonce, ciphertext, tag, plaintext, associatedData);
}
