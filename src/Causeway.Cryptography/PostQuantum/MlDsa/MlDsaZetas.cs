using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>The powers of ζ = 1753 that the NTT multiplies with (FIPS 204, section 7.5 and appendix B), in Montgomery's form, centred around zero.</summary>
internal static class MlDsaZetas
{
    private const long Zeta = 1753;

    /// <summary>ζ^BitRev₈(i) · 2³² mod q for i = 0 … 255.</summary>
    internal static readonly int[] Powers = [.. Enumerable.Range(0, N).Select(Power)];

    private static int Power(int index)
    {
        var exponent = 0;
        for (var bit = 0; bit < 8; bit++) exponent |= ((index >> bit) & 1) << (7 - bit);
        var value = (1L << 32) % Q;
        while (exponent-- > 0) value = value * Zeta % Q;
        return (int)(value > Q / 2 ? value - Q : value);
    }
}
