using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.KeyFiles;

/// <summary>
/// Encryption under a passphrase: PBKDF2-HMAC-SHA-512 (RFC 8018) over a salt of the file's own, from it a key for ChaCha20-Poly1305, used once, and a
/// check value that tells a wrong passphrase from a changed file.
/// </summary>
internal sealed class KeyFileProtection : IDisposable
{
    public const int SaltSize = 32;
    public const int CheckSize = 16;

    // The salt makes the key one of this file alone, and the file is sealed once.
    private static readonly byte[] Nonce = new byte[AeadCipher.NonceSize];
    private readonly SecretBytes _key = new(32);

    public KeyFileProtection(ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt, int rounds)
    {
        using var password = new SecretBytes(Encoding.UTF8.GetByteCount(passphrase));
        _ = Encoding.UTF8.GetBytes(passphrase, password.Span);
        using var derived = new SecretBytes(64);
        Rfc2898DeriveBytes.Pbkdf2(password.Span, salt, derived.Span, rounds, HashAlgorithmName.SHA512);
        HkdfSha512.Expand(derived.Span, "causeway key file key"u8, _key.Span);
        HkdfSha512.Expand(derived.Span, "causeway key file check"u8, Check);
    }

    /// <summary>16 bytes that stand in the file: they depend on passphrase, salt and rounds only.</summary>
    public byte[] Check { get; } = new byte[CheckSize];

    public byte[] Seal(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> header)
    {
        using var cipher = new ChaCha20Poly1305Cipher(_key.Span);
        var sealedSecret = new byte[secret.Length + AeadCipher.TagSize];
        cipher.Seal(Nonce, secret, sealedSecret, header);
        return sealedSecret;
    }

    public bool TryOpen(ReadOnlySpan<byte> sealedSecret, Span<byte> secret, ReadOnlySpan<byte> header)
    {
        using var cipher = new ChaCha20Poly1305Cipher(_key.Span);
        return cipher.TryOpen(Nonce, sealedSecret, secret, header);
    }

    public void Dispose() => _key.Dispose();
}
