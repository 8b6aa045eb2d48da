using System.Security.Cryptography;
using Causeway.Cryptography.Sha3;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>ML-KEM's internal functions, those without randomness (FIPS 203, section 6). Lengths are the caller's to check.</summary>
internal static class MlKemCore
{
    /// <summary>Algorithm 16: the keys of d ‖ z.</summary>
    internal static void GenerateKey(ReadOnlySpan<byte> seed, Span<byte> encapsulationKey, Span<byte> decapsulationKey)
    {
        PublicKeyEncryption.GenerateKey(seed[..SymmetricSize], encapsulationKey, decapsulationKey[..VectorSize]);
        var rest = decapsulationKey[VectorSize..];
        encapsulationKey.CopyTo(rest);
        rest = rest[EncapsulationKeySize..];
        Hash(encapsulationKey, rest);
        seed[SymmetricSize..].CopyTo(rest[SymmetricSize..]);
    }

    /// <summary>Algorithm 17, with the coefficients and the hash of the encapsulation key at hand.</summary>
    internal static void Encapsulate(
        ReadOnlySpan<short> t, ReadOnlySpan<byte> rho, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> message, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> derived = stackalloc byte[2 * SymmetricSize];
        Derive(message, hash, derived);
        PublicKeyEncryption.Encrypt(t, rho, message, derived[SymmetricSize..], ciphertext);
        derived[..SymmetricSize].CopyTo(sharedSecret);
        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>Algorithm 18. A wrong ciphertext yields a secret that depends on z, in the same time (implicit rejection).</summary>
    internal static void Decapsulate(ReadOnlySpan<byte> decapsulationKey, ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> message = stackalloc byte[SymmetricSize];
        Span<byte> derived = stackalloc byte[2 * SymmetricSize];
        Span<byte> rejection = stackalloc byte[SymmetricSize];
        Span<byte> expected = stackalloc byte[CiphertextSize];
        Span<short> t = stackalloc short[VectorLength];
        var encapsulationKey = decapsulationKey.Slice(VectorSize, EncapsulationKeySize);
        var hash = decapsulationKey.Slice(VectorSize + EncapsulationKeySize, SymmetricSize);
        var z = decapsulationKey[^SymmetricSize..];

        PublicKeyEncryption.Decrypt(decapsulationKey[..VectorSize], ciphertext, message);
        Derive(message, hash, derived);
        var sponge = Sponge.Shake256();
        sponge.Absorb(z);
        sponge.Absorb(ciphertext);
        sponge.Squeeze(rejection);
        sponge.Clear();
        _ = MlKemCodec.Decode12(encapsulationKey[..VectorSize], t);
        PublicKeyEncryption.Encrypt(t, encapsulationKey[VectorSize..], message, derived[SymmetricSize..], expected);

        // All bits of the mask are set if the ciphertexts differ.
        var difference = 0;
        for (var i = 0; i < CiphertextSize; i++) difference |= ciphertext[i] ^ expected[i];
        var mask = (byte)((-difference) >> 31);
        for (var i = 0; i < SymmetricSize; i++) sharedSecret[i] = (byte)(derived[i] ^ (mask & (derived[i] ^ rejection[i])));

        CryptographicOperations.ZeroMemory(message);
        CryptographicOperations.ZeroMemory(derived);
        CryptographicOperations.ZeroMemory(rejection);
        CryptographicOperations.ZeroMemory(expected);
    }

    /// <summary>H: SHA3-256.</summary>
    internal static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var sponge = Sponge.Sha3_256();
        sponge.Absorb(data);
        sponge.Squeeze(hash[..SymmetricSize]);
    }

    // G: SHA3-512 of message and key hash.
    private static void Derive(ReadOnlySpan<byte> message, ReadOnlySpan<byte> hash, Span<byte> derived)
    {
        var sponge = Sponge.Sha3_512();
        sponge.Absorb(message);
        sponge.Absorb(hash);
        sponge.Squeeze(derived);
        sponge.Clear();
    }
}
