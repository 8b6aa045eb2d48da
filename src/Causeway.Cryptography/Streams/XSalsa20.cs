using System.Security.Cryptography;

namespace Causeway.Cryptography.Streams;

/// <summary>
/// The stream cipher XSalsa20: <see cref="Salsa20"/> with a nonce of 24 bytes, long enough to be drawn at random (D. J. Bernstein, "Extending the Salsa20 nonce",
/// 2011). It hides and does not authenticate. Not thread-safe.
/// </summary>
public sealed class XSalsa20 : IDisposable
{
    /// <summary>Length of a key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Length of a nonce in bytes.</summary>
    public const int NonceSize = 24;

    private const int SubkeyNonceSize = 16;

    private readonly Salsa20 _stream;

    /// <summary>Starts a stream.</summary>
    /// <exception cref="ArgumentException">The key or the nonce is of another length.</exception>
    public XSalsa20(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        if (key.Length != KeySize) throw new ArgumentException($"A key has {KeySize} bytes, not {key.Length}.", nameof(key));
        if (nonce.Length != NonceSize) throw new ArgumentException($"A nonce has {NonceSize} bytes, not {nonce.Length}.", nameof(nonce));
        Span<byte> subkey = stackalloc byte[KeySize];
        new Salsa20Core(key, nonce[..SubkeyNonceSize]).WriteSubkey(subkey);
        _stream = new Salsa20(subkey, nonce[SubkeyNonceSize..]);
        CryptographicOperations.ZeroMemory(subkey);
    }

    /// <summary>Encrypts or decrypts the next bytes in place.</summary>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public void Transform(Span<byte> data) => _stream.Transform(data);

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => _stream.Dispose();
}
