using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Aead;

/// <summary>
/// Authenticated encryption under one key, with 12-byte nonces and 16-byte tags. The key is set up once, calls allocate nothing, and
/// <see cref="Dispose"/> zeroes it. An instance serves one caller at a time: a connection has one for each direction.
/// </summary>
public abstract class AeadCipher : IDisposable
{
    /// <summary>The length of a nonce in bytes.</summary>
    public const int NonceSize = 12;

    /// <summary>The length of a tag in bytes.</summary>
    public const int TagSize = 16;

    private readonly SafeEvpCipherContext _context;

    private protected AeadCipher(SafeEvpCipherContext context) => _context = context;

    /// <summary>The length of the key in bytes.</summary>
    public abstract int KeySize { get; }

    /// <summary>
    /// Encrypts into <paramref name="sealedData"/>: the ciphertext, followed by the tag. It must be exactly <see cref="TagSize"/> longer than
    /// <paramref name="plaintext"/>, and may begin at the same memory. A nonce must never be used twice under one key.
    /// </summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> sealedData, ReadOnlySpan<byte> associatedData = default)
    {
        CheckNonce(nonce);
        if (sealedData.Length != plaintext.Length + TagSize) throw new ArgumentException("Sealed data is a tag longer than its plaintext.", nameof(sealedData));
        EvpCipher.Encrypt(_context, nonce, plaintext, sealedData[..plaintext.Length], sealedData[plaintext.Length..], associatedData);
    }

    /// <summary>
    /// Decrypts ciphertext and tag into <paramref name="plaintext"/>, which must be exactly <see cref="TagSize"/> shorter and may begin at the same
    /// memory. Returns false, with <paramref name="plaintext"/> zeroed, if they are not authentic; that costs no more than success.
    /// </summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedData, Span<byte> plaintext, ReadOnlySpan<byte> associatedData = default)
    {
        CheckNonce(nonce);
        if (sealedData.Length < TagSize) return false;
        if (plaintext.Length != sealedData.Length - TagSize) throw new ArgumentException("Sealed data is a tag longer than its plaintext.", nameof(plaintext));
        if (EvpCipher.Decrypt(_context, nonce, sealedData[..plaintext.Length], sealedData[plaintext.Length..], plaintext, associatedData)) return true;
        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private static void CheckNonce(ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceSize) throw new ArgumentException($"A nonce has {NonceSize} bytes, not {nonce.Length}.", nameof(nonce));
    }
}
