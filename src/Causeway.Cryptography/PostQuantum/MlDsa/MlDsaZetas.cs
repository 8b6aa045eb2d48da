using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>The powers of ζ = 1753 that the NTT multiplies with (FIPS 204, section 7.5 and appendix B), in Montgomery's form, centred around zero.</summary>
internal static class MlDsaZetas
{
    private const long Zeta = 1753;

    /// <summary>ζ^BitRev₈(i) · 2³² mod q for i = 0 … 255.</summary>
    internal static readonly int[] Powers = [.. Enumerable.Range(0, N).Select(Power)];

    /// <summary>
    /// For the layers of distance 1, 2, 4 and 8 (256 numbers each), what the upper partner is multiplied with before it is added: in the lower place the
    /// power of ζ, in the upper its negative.
    /// </summary>
    internal static readonly int[] Forward = [.. Enumerable.Range(0, 4 * N).Select(ForwardFactor)];

    /// <summary>For the same layers of the inverse, what the sum in the lower place (one) and the difference in the upper are multiplied with.</summary>
    internal static readonly int[] Inverse = [.. Enumerable.Range(0, 4 * N).Select(InverseFactor)];

    private static int ForwardFactor(int index)
    {
        int place = index % N, length = 1 << (index / N);
        var zeta = Powers[(N / 2 / length) + (place / (2 * length))];
        return (place & length) == 0 ? zeta : -zeta;
    }

    private static int InverseFactor(int index)
    {
        int place = index % N, length = 1 << (index / N);
        return (place & length) == 0 ? Powers[0] : Powers[(N / length) - 1 - (place / (2 * length))];
    }

    private static int Power(int index)
    {
        var exponent = 0;
        for (var bit = 0; bit < 8; bit++) exponent |= ((index >> bit) & 1) << (7 - bit);
        var value = (1L << 32) % Q;
        while (exponent-- > 0) value = value * Zeta % Q;
        return (int)(value > Q / 2 ? value - Q : value);
    }
}
