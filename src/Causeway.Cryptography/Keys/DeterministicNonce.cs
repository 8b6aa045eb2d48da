using System.Security.Cryptography;

namespace Causeway.Cryptography.Keys;

/// <summary>
/// Candidates for ECDSA's nonce, derived from the private key and the message's hash (RFC 6979, section 3.2), for SHA-256 and 256-bit orders.
/// Overwrite the generator with <see cref="Clear"/> after use.
/// </summary>
internal ref struct DeterministicNonce
{
    private const int Size = 32;
    private readonly Span<byte> _key;
    private readonly Span<byte> _value;
    private bool _used;

    /// <summary>Seeds the generator.</summary>
    /// <param name="state">64 bytes of scratch space for its state.</param>
    /// <param name="privateKey">The private key, 32 big-endian bytes.</param>
    /// <param name="reducedHash">The hash modulo the order, 32 big-endian bytes (<c>bits2octets</c>, section 2.3.4).</param>
    public DeterministicNonce(Span<byte> state, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> reducedHash)
    {
        _key = state[..Size];
        _value = state.Slice(Size, Size);
        _key.Clear();
        _value.Fill(1);
        Mix(0, privateKey, reducedHash);
        Mix(1, privateKey, reducedHash);
    }

    /// <summary>Writes the next candidate, 32 big-endian bytes. The caller takes the first that is neither zero nor beyond the order.</summary>
    public void Next(Span<byte> candidate)
    {
        if (_used) Mix(0, default, default);
        _used = true;
        HMACSHA256.HashData(_key, _value, _value);
        _value.CopyTo(candidate);
    }

    /// <summary>Overwrites the state.</summary>
    public readonly void Clear()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_value);
    }

    // K = HMAC_K(V || separator || key || hash), V = HMAC_K(V).
    private readonly void Mix(byte separator, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> reducedHash)
    {
        Span<byte> input = stackalloc byte[Size + 1 + (2 * Size)];
        _value.CopyTo(input);
        input[Size] = separator;
        privateKey.CopyTo(input[(Size + 1)..]);
        reducedHash.CopyTo(input[(Size + 1 + privateKey.Length)..]);
        HMACSHA256.HashData(_key, input[..(Size + 1 + privateKey.Length + reducedHash.Length)], _key);
        HMACSHA256.HashData(_key, _value, _value);
        CryptographicOperations.ZeroMemory(input);
    }
}
