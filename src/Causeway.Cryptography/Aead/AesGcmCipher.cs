using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Aead;

/// <summary>AES-GCM (NIST SP 800-38D) with a key of 16 or 32 bytes and full 16-byte tags.</summary>
public sealed class AesGcmCipher : AeadCipher
{
    /// <summary>A cipher for AES-128-GCM or AES-256-GCM, by the key's length; the original stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">The key has neither 16 nor 32 bytes.</exception>
    public AesGcmCipher(ReadOnlySpan<byte> key)
        : base(key.Length is 16 or 32 ? EvpCipher.NewAesGcm(key) : throw new ArgumentException($"An AES-GCM key has 16 or 32 bytes, not {key.Length}.", nameof(key))) =>
        KeySize = key.Length;

    /// <inheritdoc/>
    public override int KeySize { get; }
}
