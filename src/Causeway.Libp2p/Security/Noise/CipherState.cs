using System.Buffers.Binary;
using Causeway.Cryptography.Aead;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>A key and a nonce that counts up (The Noise Protocol Framework, section 5.1). One direction's; not thread-safe.</summary>
internal sealed class CipherState : IDisposable
{
    /// <summary>The last nonce is reserved (section 5.1).</summary>
    private const ulong Exhausted = ulong.MaxValue;

    private ChaCha20Poly1305Cipher? _cipher;

    /// <summary>Bytes by which an encrypted message is longer: a tag, or nothing before there is a key.</summary>
    public int Overhead => _cipher is null ? 0 : AeadCipher.TagSize;

    /// <summary>The next nonce.</summary>
    internal ulong Nonce { get; set; }

    /// <summary>Takes a new key and starts counting at zero.</summary>
    public void InitializeKey(ReadOnlySpan<byte> key)
    {
        _cipher?.Dispose();
        _cipher = new ChaCha20Poly1305Cipher(key);
        Nonce = 0;
    }

    /// <summary>
    /// Encrypts into <paramref name="destination"/>, which is longer by <see cref="Overhead"/> and may begin at the same memory. Without a key
    /// the plaintext is copied.
    /// </summary>
    /// <exception cref="Libp2pException">All nonces are used up: the connection must end.</exception>
    public void Encrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        if (_cipher is null)
        {
            plaintext.CopyTo(destination);
            return;
        }

        Span<byte> nonce = stackalloc byte[AeadCipher.NonceSize];
        WriteNonce(nonce);
        _cipher.Seal(nonce, plaintext, destination, associatedData);
        Nonce++;
    }

    /// <summary>
    /// Decrypts into <paramref name="destination"/>, which is shorter by <see cref="Overhead"/> and may begin at the same memory. False, and the
    /// nonce unchanged, when the message is not authentic.
    /// </summary>
    /// <exception cref="Libp2pException">All nonces are used up: the connection must end.</exception>
    public bool TryDecrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        if (_cipher is null)
        {
            message.CopyTo(destination);
            return true;
        }

        Span<byte> nonce = stackalloc byte[AeadCipher.NonceSize];
        WriteNonce(nonce);
        if (!_cipher.TryOpen(nonce, message, destination, associatedData)) return false;
        Nonce++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher?.Dispose();

    // ChaChaPoly's nonce: 32 bits of zeros, then the counter in little-endian order (section 12.3).
    private void WriteNonce(Span<byte> nonce)
    {
        if (Nonce == Exhausted) throw new Libp2pException(Libp2pError.ConnectionClosed, "The connection has used up its encryption nonces; open a new one.");
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], Nonce);
    }
}
