using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Streams;

/// <summary>
/// The stream cipher Salsa20 with 20 rounds, a key of 32 and a nonce of 8 bytes (D. J. Bernstein, "The Salsa20 family of stream ciphers", 2007). It hides and does not
/// authenticate; a nonce must never be used twice with a key. Not thread-safe.
/// </summary>
public sealed class Salsa20 : IDisposable
{
    /// <summary>Length of a key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Length of a nonce in bytes.</summary>
    public const int NonceSize = 8;

    private const int BlockSize = 64;

    private readonly SecretBytes _key;
    private readonly SecretBytes _block = new(BlockSize);
    private readonly ulong _nonce;
    private ulong _counter;
    private int _used = BlockSize;

    /// <summary>Starts a stream.</summary>
    /// <exception cref="ArgumentException">The key or the nonce is of another length.</exception>
    public Salsa20(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        if (key.Length != KeySize) throw new ArgumentException($"A key has {KeySize} bytes, not {key.Length}.", nameof(key));
        if (nonce.Length != NonceSize) throw new ArgumentException($"A nonce has {NonceSize} bytes, not {nonce.Length}.", nameof(nonce));
        _key = new SecretBytes(key);
        _nonce = BinaryPrimitives.ReadUInt64LittleEndian(nonce);
    }

    /// <summary>Encrypts or decrypts the next bytes in place.</summary>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    [SkipLocalsInit]
    public void Transform(Span<byte> data)
    {
        var block = _block.Span;
        if (_used < BlockSize)
        {
            var rest = Math.Min(data.Length, BlockSize - _used);
            Xor(data[..rest], block[_used..]);
            _used += rest;
            data = data[rest..];
        }

        if (data.IsEmpty) return;
        Span<byte> input = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(input, _nonce);
        BinaryPrimitives.WriteUInt64LittleEndian(input[8..], _counter);
        var core = new Salsa20Core(_key.Span, input);
        while (!data.IsEmpty)
        {
            core.SetCounter(_counter++);
            core.Write(block);
            _used = Math.Min(data.Length, BlockSize);
            Xor(data[.._used], block);
            data = data[_used..];
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<Salsa20Core>(ref core)));
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        _block.Dispose();
    }

    private static void Xor(Span<byte> data, ReadOnlySpan<byte> stream)
    {
        var i = 0;
        for (; i <= data.Length - Vector<byte>.Count; i += Vector<byte>.Count) (new Vector<byte>(data[i..]) ^ new Vector<byte>(stream[i..])).CopyTo(data[i..]);
        for (; i < data.Length; i++) data[i] ^= stream[i];
    }
}
