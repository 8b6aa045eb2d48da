using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>The powers of ζ = 17 that the NTT multiplies with (FIPS 203, section 4.3 and appendix A), in Montgomery's form, centred around zero.</summary>
internal static class MlKemZetas
{
    private const int Zeta = 17;

    /// <summary>ζ^BitRev₇(i) · 2¹⁶ mod q for i = 0 … 127.</summary>
    internal static readonly short[] Powers = [.. Enumerable.Range(0, 128).Select(Power)];

    private static short Power(int index)
    {
        var exponent = 0;
        for (var bit = 0; bit < 7; bit++) exponent |= ((index >> bit) & 1) << (6 - bit);
        var value = (1 << 16) % Q;
        while (exponent-- > 0) value = value * Zeta % Q;
        return (short)(value > Q / 2 ? value - Q : value);
    }
}
