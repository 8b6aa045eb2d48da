using System.Runtime.CompilerServices;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>High and low parts of coefficients and hints about them (FIPS 204, section 7.4), without branches.</summary>
internal static class MlDsaRounding
{
    /// <summary>Algorithm 35 for a in [0, q): t₁ in [0, 2¹⁰) and t₀ in (−2¹², 2¹²].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Power2Round(int a, out int low)
    {
        var high = (a + (1 << (D - 1)) - 1) >> D;
        low = a - (high << D);
        return high;
    }

    /// <summary>Algorithm 36 for a in [0, q): the high part in [0, 16), the low part in [−γ₂, γ₂].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Decompose(int a, out int low)
    {
        // 2·γ₂ = 2⁷·4092; 1025/2²² is as close to 1/4092 as needed here (the tests try every coefficient).
        var high = (a + 127) >> 7;
        high = ((high * 1025) + (1 << 21)) >> 22;
        high &= 15;
        low = a - (high * 2 * Gamma2);

        // The highest interval wraps around to zero: there the low part is taken modulo q.
        low -= (((Q - 1) / 2 - low) >> 31) & Q;
        return high;
    }

    /// <summary>Algorithm 40 for a in [0, q) and a hint of 0 or 1: the high part, corrected by the hint. For public values only.</summary>
    internal static int UseHint(int a, int hint)
    {
        var high = Decompose(a, out var low);
        if (hint == 0) return high;
        return (low > 0 ? high + 1 : high - 1) & 15;
    }
}
