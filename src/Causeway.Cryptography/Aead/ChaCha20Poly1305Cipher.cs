using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Aead;

/// <summary>ChaCha20-Poly1305 (RFC 8439), as Noise and the tunnel use it.</summary>
public sealed class ChaCha20Poly1305Cipher : AeadCipher
{
    /// <summary>A cipher for a key of 32 bytes; the original stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">The key has not 32 bytes.</exception>
    public ChaCha20Poly1305Cipher(ReadOnlySpan<byte> key)
        : base(key.Length == 32 ? EvpCipher.NewChaCha20Poly1305(key) : throw new ArgumentException($"A ChaCha20-Poly1305 key has 32 bytes, not {key.Length}.", nameof(key)))
    {
    }

    /// <inheritdoc/>
    public override int KeySize => 32;
}
