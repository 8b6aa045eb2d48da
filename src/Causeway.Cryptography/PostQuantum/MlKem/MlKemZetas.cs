using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>The powers of ζ = 17 that the NTT multiplies with (FIPS 203, section 4.3 and appendix A), in Montgomery's form, centred around zero.</summary>
internal static class MlKemZetas
{
    private const int Zeta = 17;

    /// <summary>ζ^BitRev₇(i) · 2¹⁶ mod q for i = 0 … 127.</summary>
    internal static readonly short[] Powers = [.. Enumerable.Range(0, 128).Select(Power)];

    /// <summary>For each pair of coefficients 1 and the γ of its factor X² − γ, ζ^(2·BitRev₇(i) + 1) (algorithm 11).</summary>
    internal static readonly short[] Gammas = [.. Enumerable.Range(0, N).Select(i => (i & 1) == 0 ? Powers[0] : SignedPower(64 + (i >> 2), (i & 2) != 0))];

    /// <summary>
    /// For the layers of distance 2, 4, 8 and 16 (256 numbers each), what the upper partner is multiplied with before it is added: in the lower place the
    /// power of ζ, in the upper its negative.
    /// </summary>
    internal static readonly short[] Forward = [.. Enumerable.Range(0, 4 * N).Select(ForwardFactor)];

    /// <summary>For the same layers of the inverse, what the sum in the lower place (one) and the difference in the upper are multiplied with.</summary>
    internal static readonly short[] Inverse = [.. Enumerable.Range(0, 4 * N).Select(InverseFactor)];

    private static short SignedPower(int index, bool negative) => negative ? (short)-Powers[index] : Powers[index];

    private static short ForwardFactor(int index)
    {
        int place = index % N, length = 2 << (index / N);
        return SignedPower((N / 2 / length) + (place / (2 * length)), (place & length) != 0);
    }

    private static short InverseFactor(int index)
    {
        int place = index % N, length = 2 << (index / N);
        return (place & length) == 0 ? Powers[0] : Powers[(N / length) - 1 - (place / (2 * length))];
    }

    private static short Power(int index)
    {
        var exponent = 0;
        for (var bit = 0; bit < 7; bit++) exponent |= ((index >> bit) & 1) << (6 - bit);
        var value = (1 << 16) % Q;
        while (exponent-- > 0) value = value * Zeta % Q;
        return (short)(value > Q / 2 ? value - Q : value);
    }
}
