using System.Runtime.CompilerServices;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>Arithmetic modulo 3329 in signed 16-bit numbers, with R = 2¹⁶ for Montgomery's multiplication. Nothing branches or divides.</summary>
internal static class MlKemField
{
    /// <summary>q⁻¹ mod R.</summary>
    internal const short QInverse = -3327;

    /// <summary>R² mod q, which carries a product with R⁻¹ into Montgomery's form.</summary>
    internal const short MontgomerySquared = 1353;

    /// <summary>R²·128⁻¹ mod q: the inverse NTT's scaling that also takes out the R⁻¹ of the products before it.</summary>
    internal const short InverseScale = 1441;

    /// <summary>⌊2²⁶ / q + ½⌋.</summary>
    internal const int BarrettFactor = 20159;

    /// <summary>a·R⁻¹ mod q in (−q, q), for |a| &lt; q·2¹⁵.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static short MontgomeryReduce(int a)
    {
        var m = (short)((short)a * QInverse);
        return (short)((a - (m * Q)) >> 16);
    }

    /// <summary>a·b·R⁻¹ mod q in (−q, q), for |a·b| &lt; q·2¹⁵.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static short Multiply(short a, short b) => MontgomeryReduce(a * b);

    /// <summary>a mod q in [−(q−1)/2, (q−1)/2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static short Reduce(short a) => (short)(a - ((((BarrettFactor * a) + (1 << 25)) >> 26) * Q));

    /// <summary>The representative in [0, q) of a number in (−q, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Canonical(short a) => a + ((a >> 15) & Q);
}
