namespace Causeway.Cryptography.PostQuantum.Lanes;

/// <summary>What arithmetic modulo a 12-bit prime needs of a register of signed 16-bit numbers. Pairs are lanes 2i and 2i + 1.</summary>
/// <typeparam name="T">The register type.</typeparam>
internal interface IInt16Lanes<T>
    where T : struct
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    static abstract T Create(short value);

    static abstract T Load(ref readonly short source);

    static abstract void Store(ref short destination, T value);

    static abstract T Add(T first, T second);

    static abstract T Subtract(T first, T second);

    /// <summary>The lower halves of the products.</summary>
    static abstract T MultiplyLow(T first, T second);

    /// <summary>The upper halves of the products.</summary>
    static abstract T MultiplyHigh(T first, T second);

    static abstract T ShiftRightArithmetic(T value, int count);

    /// <summary>The sum of a pair's products, in 32 bits.</summary>
    static abstract T MultiplyAddPairs(T first, T second);

    /// <summary>Sums of 32-bit lanes.</summary>
    static abstract T Add32(T first, T second);

    /// <summary>Moves the upper of each pair to the lower.</summary>
    static abstract T UpperToLower(T value);

    /// <summary>Moves the lower of each pair to the upper.</summary>
    static abstract T LowerToUpper(T value);

    /// <summary>Exchanges the two of each pair.</summary>
    static abstract T SwapPairs(T value);

    /// <summary>The lower of each pair from the first, the upper from the second.</summary>
    static abstract T SelectUpper(T first, T second);

    /// <summary>Both of two partners <paramref name="distance"/> lanes (at least two) apart become the lower of them.</summary>
    static abstract T CopyLower(T value, int distance);

    /// <summary>Both of two partners <paramref name="distance"/> lanes (at least two) apart become the upper of them.</summary>
    static abstract T CopyUpper(T value, int distance);

    /// <summary>The lower of two partners <paramref name="distance"/> lanes (at least two) apart from the first, the upper from the second.</summary>
    static abstract T SelectUpper(T first, T second, int distance);
}
