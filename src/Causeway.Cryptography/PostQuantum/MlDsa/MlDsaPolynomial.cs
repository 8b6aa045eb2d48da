using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Causeway.Cryptography.PostQuantum.Lanes;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>
/// Polynomials of 256 coefficients modulo X²⁵⁶ + 1 and their number-theoretic transforms (FIPS 204, sections 2.5 and 7.5). What works on coefficients one
/// by one is written for registers of any width, which 256 is a multiple of.
/// </summary>
internal static class MlDsaPolynomial
{
    /// <summary>Algorithm 41, in place. Input in (−q, q), output in (−9q, 9q).</summary>
    internal static void Ntt(Span<int> w)
    {
        if (Int32x16.IsSupported) MlDsaTransform<Vector512<int>, Int32x16>.Ntt(w);
        else if (Int32x8.IsSupported) MlDsaTransform<Vector256<int>, Int32x8>.Ntt(w);
        else MlDsaScalarTransform.Ntt(w);
    }

    /// <summary>Algorithm 42, in place, times R: products come out as they should be. Input and output in (−q, q).</summary>
    internal static void InverseNtt(Span<int> w)
    {
        if (Int32x16.IsSupported) MlDsaTransform<Vector512<int>, Int32x16>.InverseNtt(w);
        else if (Int32x8.IsSupported) MlDsaTransform<Vector256<int>, Int32x8>.InverseNtt(w);
        else MlDsaScalarTransform.InverseNtt(w);
    }

    /// <summary>
    /// The product of two vectors in the NTT domain, times R⁻¹: at most eight polynomials each, |<paramref name="f"/>| · |<paramref name="g"/>| at most
    /// 81q² in all places. The result is in (−q, q).
    /// </summary>
    internal static void Product(ReadOnlySpan<int> f, ReadOnlySpan<int> g, Span<int> result)
    {
        if (Int32x16.IsSupported) MlDsaTransform<Vector512<int>, Int32x16>.Product(f, g, result);
        else if (Int32x8.IsSupported) MlDsaTransform<Vector256<int>, Int32x8>.Product(f, g, result);
        else MlDsaScalarTransform.Product(f, g, result);
    }

    /// <summary>Every coefficient in [−6283008, 6283008], for inputs up to 2³¹ − 2²² − 1. Those nearest to zero are centred.</summary>
    internal static void Reduce(Span<int> w)
    {
        foreach (ref var value in Registers(w)) value = Reduce(value);
    }

    internal static void Add(Span<int> f, ReadOnlySpan<int> g)
    {
        var first = Registers(f);
        var second = Registers(g);
        for (var i = 0; i < first.Length; i++) first[i] += second[i];
    }

    internal static void Subtract(Span<int> f, ReadOnlySpan<int> g)
    {
        var first = Registers(f);
        var second = Registers(g);
        for (var i = 0; i < first.Length; i++) first[i] -= second[i];
    }

    /// <summary>Every coefficient, from (−2q, 2q), in [0, q).</summary>
    internal static void Canonicalise(Span<int> w)
    {
        foreach (ref var value in Registers(w))
        {
            var reduced = Reduce(value);
            value = reduced + (Vector.ShiftRightArithmetic(reduced, 31) & new Vector<int>(Q));
        }
    }

    /// <summary>Every coefficient times 2^d; t₁ becomes the rounded t.</summary>
    internal static void ShiftLeft(Span<int> w)
    {
        foreach (ref var value in Registers(w)) value = Vector.ShiftLeft(value, D);
    }

    /// <summary>Whether every coefficient's magnitude, taken centred around zero, is below <paramref name="bound"/>. Coefficients must be reduced already.</summary>
    internal static bool IsBelow(ReadOnlySpan<int> w, int bound)
    {
        // The sign bit of bound − 1 − |a|, gathered over all coefficients: which of them was too large must not show.
        var excess = Vector<int>.Zero;
        foreach (var value in Registers(w)) excess |= new Vector<int>(bound - 1) - Vector.Abs(value);
        return !Vector.LessThanAny(excess, Vector<int>.Zero);
    }

    /// <summary>Algorithm 35 for every coefficient of <paramref name="t"/>, which are in [0, q): its high parts stay there.</summary>
    internal static void Power2Round(Span<int> t, Span<int> low)
    {
        Span<Vector<int>> values = Registers(t), remainders = Registers(low);
        for (var i = 0; i < values.Length; i++)
        {
            var high = Vector.ShiftRightArithmetic(values[i] + new Vector<int>((1 << (D - 1)) - 1), D);
            remainders[i] = values[i] - Vector.ShiftLeft(high, D);
            values[i] = high;
        }
    }

    /// <summary>Algorithm 36 for every coefficient of <paramref name="w"/>, which are in [0, q): its low parts stay there.</summary>
    internal static void Decompose(Span<int> w, Span<int> high)
    {
        Span<Vector<int>> values = Registers(w), highs = Registers(high);
        for (var i = 0; i < values.Length; i++) (highs[i], values[i]) = Decompose(values[i]);
    }

    /// <summary>
    /// Algorithm 39 where the high parts before the addition, and the low parts after it (not brought back into their interval), are known: the high
    /// part changes exactly where the low part has left (−γ₂, γ₂]. Returns the number of ones.
    /// </summary>
    internal static int MakeHint(ReadOnlySpan<int> low, ReadOnlySpan<int> high, Span<int> hints)
    {
        ReadOnlySpan<Vector<int>> lows = Registers(low), highs = Registers(high);
        var results = Registers(hints);
        var ones = Vector<int>.Zero;
        for (var i = 0; i < lows.Length; i++)
        {
            // The lowest end, −γ₂, belongs to the interval of high part 0, which reaches one further down (algorithm 36, step 4).
            var above = new Vector<int>(Gamma2) - lows[i];
            var below = lows[i] + new Vector<int>(Gamma2) + Vector.ShiftRightArithmetic(-highs[i], 31);
            results[i] = Vector.ShiftRightLogical(above | below, 31);
            ones += results[i];
        }

        return Vector.Sum(ones);
    }

    /// <summary>Algorithm 40 for every coefficient of <paramref name="w"/>, which are in [0, q): they become the high parts, corrected by the hints.</summary>
    internal static void UseHint(Span<int> w, ReadOnlySpan<int> hints)
    {
        var values = Registers(w);
        var corrections = Registers(hints);
        for (var i = 0; i < values.Length; i++)
        {
            var (high, low) = Decompose(values[i]);
            var direction = -Vector<int>.One - (2 * Vector.GreaterThan(low, Vector<int>.Zero));
            values[i] = (high + (corrections[i] * direction)) & new Vector<int>(15);
        }
    }

    private static (Vector<int> High, Vector<int> Low) Decompose(Vector<int> value)
    {
        // 2·γ₂ = 2⁷·4092; 1025/2²² is as close to 1/4092 as needed here (the tests try every coefficient).
        var high = Vector.ShiftRightArithmetic(value + new Vector<int>(127), 7);
        high = Vector.ShiftRightArithmetic((high * 1025) + new Vector<int>(1 << 21), 22) & new Vector<int>(15);
        var low = value - (high * (2 * Gamma2));

        // The highest interval wraps around to zero: there the low part is taken modulo q.
        return (high, low - (Vector.ShiftRightArithmetic(new Vector<int>((Q - 1) / 2) - low, 31) & new Vector<int>(Q)));
    }

    private static Vector<int> Reduce(Vector<int> value) => value - (Vector.ShiftRightArithmetic(value + new Vector<int>(1 << 22), 23) * Q);

    private static Span<Vector<int>> Registers(Span<int> polynomial) => MemoryMarshal.Cast<int, Vector<int>>(polynomial);

    private static ReadOnlySpan<Vector<int>> Registers(ReadOnlySpan<int> polynomial) => MemoryMarshal.Cast<int, Vector<int>>(polynomial);
}
