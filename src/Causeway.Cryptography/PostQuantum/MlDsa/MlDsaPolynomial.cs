using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaField;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>Polynomials of 256 coefficients modulo X²⁵⁶ + 1 and their number-theoretic transforms (FIPS 204, sections 2.5 and 7.5).</summary>
internal static class MlDsaPolynomial
{
    /// <summary>Algorithm 41, in place. Input in (−q, q), output in (−9q, 9q).</summary>
    internal static void Ntt(Span<int> w)
    {
        var zetas = MlDsaZetas.Powers;
        var m = 0;
        for (var length = 128; length >= 1; length >>= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = zetas[++m];
                for (var j = start; j < start + length; j++)
                {
                    var t = Multiply(zeta, w[j + length]);
                    w[j + length] = w[j] - t;
                    w[j] += t;
                }
            }
        }
    }

    /// <summary>Algorithm 42, in place, times R: products come out as they should be. Input and output in (−q, q).</summary>
    internal static void InverseNtt(Span<int> w)
    {
        var zetas = MlDsaZetas.Powers;
        var m = N;
        for (var length = 1; length < N; length <<= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = zetas[--m];
                for (var j = start; j < start + length; j++)
                {
                    var t = w[j];
                    w[j] = t + w[j + length];
                    w[j + length] = Multiply(zeta, w[j + length] - t);
                }
            }
        }

        foreach (ref var value in w) value = Multiply(value, InverseScale);
    }

    /// <summary>
    /// The product of two vectors in the NTT domain, times R⁻¹: <paramref name="f"/> in [0, q), <paramref name="g"/> in (−9q, 9q), at most eight
    /// polynomials each. The result is in (−q, q).
    /// </summary>
    internal static void Product(ReadOnlySpan<int> f, ReadOnlySpan<int> g, Span<int> result)
    {
        for (var i = 0; i < N; i++)
        {
            long sum = 0;
            for (var j = i; j < f.Length; j += N) sum += (long)f[j] * g[j];
            result[i] = MontgomeryReduce(sum);
        }
    }

    /// <summary>Every coefficient in (−q, q).</summary>
    internal static void Reduce(Span<int> w)
    {
        foreach (ref var value in w) value = MlDsaField.Reduce(value);
    }

    internal static void Add(Span<int> f, ReadOnlySpan<int> g)
    {
        for (var i = 0; i < f.Length; i++) f[i] += g[i];
    }

    internal static void Subtract(Span<int> f, ReadOnlySpan<int> g)
    {
        for (var i = 0; i < f.Length; i++) f[i] -= g[i];
    }

    /// <summary>Every coefficient, from (−2q, 2q), in [0, q).</summary>
    internal static void Canonicalise(Span<int> w)
    {
        foreach (ref var value in w) value = Canonical(MlDsaField.Reduce(value));
    }

    /// <summary>Whether every coefficient's magnitude, taken centred around zero, is below <paramref name="bound"/>. Coefficients must be centred already.</summary>
    internal static bool IsBelow(ReadOnlySpan<int> w, int bound)
    {
        // The sign bit of bound − 1 − |a|, gathered over all coefficients: which of them was too large must not show.
        var excess = 0;
        foreach (var value in w)
        {
            var magnitude = value - ((value >> 31) & (2 * value));
            excess |= bound - 1 - magnitude;
        }

        return excess >= 0;
    }

    /// <summary>Algorithm 36 for every coefficient of <paramref name="w"/>, which are in [0, q): its low parts stay there.</summary>
    internal static void Decompose(Span<int> w, Span<int> high)
    {
        for (var i = 0; i < w.Length; i++) high[i] = MlDsaRounding.Decompose(w[i], out w[i]);
    }

    /// <summary>
    /// Algorithm 39 where the high parts before the addition, and the low parts after it (not brought back into their interval), are known: the high
    /// part changes exactly where the low part has left (−γ₂, γ₂]. Returns the number of ones.
    /// </summary>
    internal static int MakeHint(ReadOnlySpan<int> low, ReadOnlySpan<int> high, Span<byte> hints)
    {
        var ones = 0;
        for (var i = 0; i < low.Length; i++)
        {
            // The lowest end, −γ₂, belongs to the interval of high part 0, which reaches one further down (algorithm 36, step 4).
            var above = Gamma2 - low[i];
            var lowest = (-high[i]) >> 31;
            var below = low[i] + Gamma2 + lowest;
            var hint = (int)((uint)(above | below) >> 31);
            hints[i] = (byte)hint;
            ones += hint;
        }

        return ones;
    }
}
