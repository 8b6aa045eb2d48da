using System.Diagnostics.CodeAnalysis;

namespace Causeway.Cryptography.Sha3;

/// <summary>What Keccak's rounds need of a lane type: one word, or the same word of several states side by side.</summary>
/// <typeparam name="T">The register type.</typeparam>
internal interface IKeccakLane<T>
    where T : struct
{
    static abstract T Load(ref readonly ulong source);

    static abstract void Store(ref ulong destination, T value);

    static abstract T Broadcast(ulong value);

    static abstract T Xor(T first, T second);

    static abstract T Xor(T first, T second, T third);

    /// <summary>χ of FIPS 202, section 3.2.4: <c>first ⊕ (¬second ∧ third)</c>.</summary>
    static abstract T Chi(T first, T second, T third);

    static abstract T RotateLeft(T value, [ConstantExpected] byte count);
}
