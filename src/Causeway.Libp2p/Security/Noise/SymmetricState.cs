using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>The chaining key, the transcript hash and the current cipher of a handshake (The Noise Protocol Framework, section 5.2).</summary>
internal sealed class SymmetricState : IDisposable
{
    private readonly SecretBytes _chainingKey = new(Hkdf.HashSize);
    private readonly byte[] _hash = new byte[Hkdf.HashSize];
    private readonly CipherState _cipher = new();

    public SymmetricState(string protocolName)
    {
        var name = Encoding.ASCII.GetBytes(protocolName);
        if (name.Length <= _hash.Length) name.CopyTo(_hash, 0);
        else _ = SHA256.HashData(name, _hash);
        _hash.CopyTo(_chainingKey.Span);
    }

    /// <summary>Binds what both sides have seen so far.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Bytes that encryption adds now.</summary>
    public int Overhead => _cipher.Overhead;

    public void MixKey(ReadOnlySpan<byte> inputKey)
    {
        Span<byte> key = stackalloc byte[Hkdf.HashSize];
        Hkdf.DeriveTwo(_chainingKey.Span, inputKey, _chainingKey.Span, key);
        _cipher.InitializeKey(key);
        CryptographicOperations.ZeroMemory(key);
    }

    public void MixKeyAndHash(ReadOnlySpan<byte> inputKey)
    {
        Span<byte> hash = stackalloc byte[Hkdf.HashSize];
        Span<byte> key = stackalloc byte[Hkdf.HashSize];
        Hkdf.DeriveThree(_chainingKey.Span, inputKey, _chainingKey.Span, hash, key);
        MixHash(hash);
        _cipher.InitializeKey(key);
        CryptographicOperations.ZeroMemory(hash);
        CryptographicOperations.ZeroMemory(key);
    }

    public void MixHash(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_hash);
        hash.AppendData(data);
        _ = hash.GetHashAndReset(_hash);
    }

    /// <summary>Encrypts (once there is a key) into <paramref name="destination"/> and mixes the result into the hash; returns its length.</summary>
    public int EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        destination = destination[..(plaintext.Length + Overhead)];
        _cipher.Encrypt(_hash, plaintext, destination);
        MixHash(destination);
        return destination.Length;
    }

    /// <summary>Decrypts (once there is a key) and mixes the ciphertext into the hash; the plaintext's length, or −1 when it is not authentic.</summary>
    public int DecryptAndHash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        var length = message.Length - Overhead;
        if (length < 0 || !_cipher.TryDecrypt(_hash, message, destination[..length])) return -1;
        MixHash(message);
        return length;
    }

    /// <summary>The transport ciphers: the first is the initiator's for sending.</summary>
    public (CipherState Initiator, CipherState Responder) Split()
    {
        Span<byte> first = stackalloc byte[Hkdf.HashSize];
        Span<byte> second = stackalloc byte[Hkdf.HashSize];
        Hkdf.DeriveTwo(_chainingKey.Span, default, first, second);
        var (initiator, responder) = (new CipherState(), new CipherState());
        initiator.InitializeKey(first);
        responder.InitializeKey(second);
        CryptographicOperations.ZeroMemory(first);
        CryptographicOperations.ZeroMemory(second);
        return (initiator, responder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chainingKey.Dispose();
        _cipher.Dispose();
    }
}
