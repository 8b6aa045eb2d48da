using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaField;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>The transforms and the product of <see cref="MlDsaPolynomial"/> for processors without the vector instructions they need.</summary>
internal static class MlDsaScalarTransform
{
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

    internal static void Product(ReadOnlySpan<int> f, ReadOnlySpan<int> g, Span<int> result)
    {
        for (var i = 0; i < N; i++)
        {
            long sum = 0;
            for (var j = i; j < f.Length; j += N) sum += (long)f[j] * g[j];
            result[i] = MontgomeryReduce(sum);
        }
    }
}
