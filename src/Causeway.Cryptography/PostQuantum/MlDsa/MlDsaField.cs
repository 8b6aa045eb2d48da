using System.Runtime.CompilerServices;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>Arithmetic modulo 8380417 in signed 32-bit numbers, with R = 2³² for Montgomery's multiplication. Nothing branches or divides.</summary>
internal static class MlDsaField
{
    /// <summary>q⁻¹ mod R.</summary>
    internal const int QInverse = 58728449;

    /// <summary>R²·256⁻¹ mod q: the inverse NTT's scaling that also takes out the R⁻¹ of the products before it.</summary>
    internal const int InverseScale = 41978;

    /// <summary>a·R⁻¹ mod q in (−q, q), for |a| &lt; q·2³¹.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int MontgomeryReduce(long a) => (int)((a - ((long)((int)a * QInverse) * Q)) >> 32);

    /// <summary>a·b·R⁻¹ mod q in (−q, q), for |a·b| &lt; q·2³¹.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Multiply(int a, int b) => MontgomeryReduce((long)a * b);

    /// <summary>a mod q in [−6283008, 6283008], for a ≤ 2³¹ − 2²² − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Reduce(int a) => a - (((a + (1 << 22)) >> 23) * Q);

    /// <summary>The representative in [0, q) of a number in (−q, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Canonical(int a) => a + ((a >> 31) & Q);
}
