using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>The checks of keys that were read (FIPS 203, sections 7.2 and 7.3), beyond their lengths.</summary>
internal static class MlKemKeyChecks
{
    /// <summary>The modulus check of section 7.2.</summary>
    /// <exception cref="FormatException">A coefficient is not below the modulus.</exception>
    internal static void CheckEncapsulationKey(ReadOnlySpan<byte> key)
    {
        Span<short> t = stackalloc short[VectorLength];
        if (!MlKemCodec.Decode12(key[..VectorSize], t)) throw new FormatException("A coefficient of the ML-KEM-1024 key is not below the modulus.");
    }

    /// <summary>The hash check of section 7.3, and both halves' modulus.</summary>
    /// <exception cref="FormatException">The hash is not that of the encapsulation key, or a coefficient is not below the modulus.</exception>
    internal static void CheckDecapsulationKey(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SymmetricSize];
        Span<short> s = stackalloc short[VectorLength];
        var encapsulationKey = key.Slice(VectorSize, EncapsulationKeySize);
        CheckEncapsulationKey(encapsulationKey);
        MlKemCore.Hash(encapsulationKey, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, key.Slice(VectorSize + EncapsulationKeySize, SymmetricSize)))
            throw new FormatException("The hash in the ML-KEM-1024 decapsulation key is not that of its encapsulation key.");

        // The standard reads an unreduced secret modulo q; nobody who follows it writes one.
        var reduced = MlKemCodec.Decode12(key[..VectorSize], s);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(s));
        if (!reduced) throw new FormatException("A coefficient of the ML-KEM-1024 decapsulation key is not below the modulus.");
    }
}
