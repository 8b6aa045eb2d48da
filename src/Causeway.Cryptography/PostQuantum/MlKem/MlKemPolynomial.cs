using static Causeway.Cryptography.PostQuantum.MlKem.MlKemField;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>Polynomials of 256 coefficients modulo X²⁵⁶ + 1 and their number-theoretic transforms (FIPS 203, section 4.3).</summary>
internal static class MlKemPolynomial
{
    /// <summary>Algorithm 9, in place. Input in (−q, q); output centred around zero.</summary>
    internal static void Ntt(Span<short> f)
    {
        var zetas = MlKemZetas.Powers;
        var k = 1;
        for (var length = 128; length >= 2; length >>= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = zetas[k++];
                for (var j = start; j < start + length; j++)
                {
                    var t = Multiply(zeta, f[j + length]);
                    f[j + length] = (short)(f[j] - t);
                    f[j] = (short)(f[j] + t);
                }
            }
        }

        Reduce(f);
    }

    /// <summary>Algorithm 10, in place, times R: products of <see cref="Product"/> come out as they should be. Input and output in (−q, q).</summary>
    internal static void InverseNtt(Span<short> f)
    {
        var zetas = MlKemZetas.Powers;
        var k = 127;
        for (var length = 2; length <= 128; length <<= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = zetas[k--];
                for (var j = start; j < start + length; j++)
                {
                    var t = f[j];
                    f[j] = MlKemField.Reduce((short)(t + f[j + length]));
                    f[j + length] = Multiply(zeta, (short)(f[j + length] - t));
                }
            }
        }

        foreach (ref var value in f) value = Multiply(value, InverseScale);
    }

    /// <summary>Every coefficient modulo q, centred around zero.</summary>
    internal static void Reduce(Span<short> f)
    {
        foreach (ref var value in f) value = MlKemField.Reduce(value);
    }

    internal static void Add(Span<short> f, ReadOnlySpan<short> g)
    {
        for (var i = 0; i < f.Length; i++) f[i] += g[i];
    }

    /// <summary>
    /// The product of two vectors in the NTT domain (algorithms 11 and 12), times R⁻¹: <paramref name="f"/> has coefficients in (−q, q) and so has
    /// <paramref name="g"/>; the result too.
    /// </summary>
    internal static void Product(ReadOnlySpan<short> f, ReadOnlySpan<short> g, Span<short> result)
    {
        for (var i = 0; i < N; i += 2)
        {
            // The pair of coefficients i belongs to the factor X² − γ; γ alternates in sign.
            var gamma = MlKemZetas.Powers[64 + (i >> 2)];
            if ((i & 2) != 0) gamma = (short)-gamma;
            int even = 0, odd = 0;
            for (var j = i; j < f.Length; j += N)
            {
                even += (f[j] * g[j]) + (f[j + 1] * Multiply(g[j + 1], gamma));
                odd += (f[j] * g[j + 1]) + (f[j + 1] * g[j]);
            }

            result[i] = MontgomeryReduce(even);
            result[i + 1] = MontgomeryReduce(odd);
        }
    }

    /// <summary>Multiplies with R, which takes out the R⁻¹ of <see cref="Product"/>.</summary>
    internal static void ToMontgomery(Span<short> f)
    {
        foreach (ref var value in f) value = Multiply(value, MontgomerySquared);
    }
}
