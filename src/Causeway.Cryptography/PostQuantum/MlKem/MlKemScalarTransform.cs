using static Causeway.Cryptography.PostQuantum.MlKem.MlKemField;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>The arithmetic of <see cref="MlKemPolynomial"/> for processors without the vector instructions it needs.</summary>
internal static class MlKemScalarTransform
{
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
                    var t = MlKemField.Multiply(zeta, f[j + length]);
                    f[j + length] = (short)(f[j] - t);
                    f[j] = (short)(f[j] + t);
                }
            }
        }

        Reduce(f);
    }

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
                    f[j + length] = MlKemField.Multiply(zeta, (short)(f[j + length] - t));
                }
            }
        }

        Multiply(f, InverseScale);
    }

    internal static void Product(ReadOnlySpan<short> f, ReadOnlySpan<short> g, Span<short> result)
    {
        for (var i = 0; i < N; i += 2)
        {
            var gamma = MlKemZetas.Gammas[i + 1];
            int even = 0, odd = 0;
            for (var j = i; j < f.Length; j += N)
            {
                even += (f[j] * g[j]) + (f[j + 1] * MlKemField.Multiply(g[j + 1], gamma));
                odd += (f[j] * g[j + 1]) + (f[j + 1] * g[j]);
            }

            result[i] = MontgomeryReduce(even);
            result[i + 1] = MontgomeryReduce(odd);
        }
    }

    internal static void Multiply(Span<short> f, short factor)
    {
        foreach (ref var value in f) value = MlKemField.Multiply(value, factor);
    }

    internal static void Reduce(Span<short> f)
    {
        foreach (ref var value in f) value = MlKemField.Reduce(value);
    }
}
