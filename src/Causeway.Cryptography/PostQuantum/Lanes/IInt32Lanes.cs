namespace Causeway.Cryptography.PostQuantum.Lanes;

/// <summary>What arithmetic modulo a 23-bit prime needs of a register of signed 32-bit numbers.</summary>
/// <typeparam name="T">The register type.</typeparam>
internal interface IInt32Lanes<T>
    where T : struct
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    /// <summary>0, 1, 2, …</summary>
    static abstract T Indices { get; }

    static abstract T Create(int value);

    static abstract T Load(ref readonly int source);

    static abstract void Store(ref int destination, T value);

    static abstract T Add(T first, T second);

    static abstract T Subtract(T first, T second);

    static abstract T And(T first, T second);

    static abstract T Xor(T first, T second);

    /// <summary>Bits of the second where the mask has ones, else of the first.</summary>
    static abstract T Select(T mask, T first, T second);

    /// <summary>Lane <c>i</c> becomes lane <c>indices[i]</c> of the value.</summary>
    static abstract T Permute(T value, T indices);

    /// <summary>The 64-bit products of the even lanes.</summary>
    static abstract T MultiplyEven(T first, T second);

    /// <summary>The even lanes of the first, the odd lanes of the second.</summary>
    static abstract T SelectOdd(T first, T second);

    /// <summary>All ones where the sign bit is set, else zero.</summary>
    static abstract T SignMask(T value);

    /// <summary>Moves odd lanes down to the even ones beside them.</summary>
    static abstract T OddToEven(T value);

    /// <summary>Sums of 64-bit lanes.</summary>
    static abstract T Add64(T first, T second);

    /// <summary>Differences of 64-bit lanes.</summary>
    static abstract T Subtract64(T first, T second);
}
