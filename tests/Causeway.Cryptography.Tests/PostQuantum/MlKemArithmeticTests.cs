using System.Runtime.Intrinsics;
using Causeway.Cryptography.PostQuantum.Lanes;
using Causeway.Cryptography.PostQuantum.MlKem;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>The branch-free arithmetic beside the definitions, over every value where that is possible.</summary>
public sealed class MlKemArithmeticTests
{
    [Fact]
    public void Compression_is_the_definition_s_for_every_coefficient()
    {
        foreach (var bits in new[] { 1, Dv, Du })
        {
            for (var x = 0; x < Q; x++)
            {
                // ⌈2^d·x / q⌋ mod 2^d: q is odd, so no value lies half-way.
                var expected = (int)(((2L * x << bits) + Q) / (2 * Q)) & ((1 << bits) - 1);
                Assert.Equal(expected, MlKemCodec.Compress(x, bits));
            }

            for (var y = 0; y < 1 << bits; y++)
            {
                Assert.Equal(((2 * y * Q) + (1 << bits)) >> (bits + 1), MlKemCodec.Decompress(y, bits));
                Assert.Equal(y, MlKemCodec.Compress(MlKemCodec.Decompress(y, bits), bits));
            }
        }
    }

    [Fact]
    public void Reductions_are_right_over_their_whole_range()
    {
        for (int a = short.MinValue; a <= short.MaxValue; a++)
        {
            var reduced = MlKemField.Reduce((short)a);
            Assert.InRange(reduced, -Q / 2, Q / 2);
            Assert.Equal(0, (a - reduced) % Q);
        }

        for (var a = -Q << 15; a < Q << 15; a += 1009)
        {
            var reduced = MlKemField.MontgomeryReduce(a);
            Assert.InRange(reduced, 1 - Q, Q - 1);
            Assert.Equal(0, (((long)reduced << 16) - a) % Q);
        }

        for (var a = 1 - Q; a < Q; a++) Assert.Equal((a + Q) % Q, MlKemField.Canonical((short)a));
    }

    [Fact]
    public void Products_in_the_transformed_domain_are_products_of_polynomials()
    {
        var random = new Random(203);
        for (var round = 0; round < 20; round++)
        {
            short[] f = Draw(random), g = Draw(random), transformed = [.. f], result = new short[N], other = [.. g];
            MlKemPolynomial.Ntt(transformed);
            MlKemPolynomial.Ntt(other);
            for (var i = 0; i < N; i++) transformed[i] = (short)MlKemField.Canonical(transformed[i]);
            MlKemPolynomial.Product(transformed, other, result);
            MlKemPolynomial.InverseNtt(result);
            Assert.Equal(Multiply(f, g), result.Select(MlKemField.Canonical));
        }
    }

    [Fact]
    public void Extreme_coefficients_do_not_overflow()
    {
        foreach (var (a, b) in new[] { (Q - 1, Q / 2), (Q - 1, -Q / 2), (0, Q / 2), (Q - 1, Q - 1) })
        {
            short[] f = [.. Enumerable.Repeat((short)a, VectorLength)], g = [.. Enumerable.Repeat((short)b, VectorLength)], result = new short[N];
            MlKemPolynomial.Product(f, g, result);
            for (var i = 0; i < N; i += 2)
            {
                long gamma = MlKemZetas.Powers[64 + (i >> 2)] * ((i & 2) == 0 ? 169L : -169L);
                Assert.Equal(0, ((result[i] * 65536L) - (K * (((long)a * b) + ((long)a * b % Q * gamma)))) % Q);
                Assert.Equal(0, ((result[i + 1] * 65536L) - (K * 2L * a * b)) % Q);
            }

            foreach (var value in new[] { (short)(Q - 1), (short)(1 - Q) })
            {
                short[] constant = [.. Enumerable.Repeat(value, N)], transformed = [.. constant];
                MlKemPolynomial.Ntt(transformed);
                Assert.All(transformed, x => Assert.InRange(x, -Q / 2, Q / 2));
                MlKemPolynomial.InverseNtt(constant);
                Assert.All(constant, x => Assert.InRange(x, 1 - Q, Q - 1));
            }
        }
    }

    // Whichever of these the machine uses, the others must be right as well.
    [Fact]
    public void Every_width_computes_alike()
    {
        var random = new Random(17);
        for (var round = 0; round < 50; round++)
        {
            short[] f = [.. Enumerable.Range(0, K).SelectMany(_ => Draw(random))], g = [.. Enumerable.Range(0, VectorLength).Select(_ => (short)random.Next(1 - Q, Q))];
            short[] any = [.. Enumerable.Range(0, N).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))];
            Check(g[..N], MlKemScalarTransform.Ntt, MlKemTransform<Vector256<short>, Int16x16>.Ntt, MlKemTransform<Vector512<short>, Int16x32>.Ntt);
            Check(g[..N], MlKemScalarTransform.InverseNtt, MlKemTransform<Vector256<short>, Int16x16>.InverseNtt, MlKemTransform<Vector512<short>, Int16x32>.InverseNtt);
            Check(any, MlKemScalarTransform.Reduce, MlKemTransform<Vector256<short>, Int16x16>.Reduce, MlKemTransform<Vector512<short>, Int16x32>.Reduce);
            Check(
                any,
                w => MlKemScalarTransform.Multiply(w, 1353),
                w => MlKemTransform<Vector256<short>, Int16x16>.Multiply(w, 1353),
                w => MlKemTransform<Vector512<short>, Int16x32>.Multiply(w, 1353));
            Check(
                new short[N],
                w => MlKemScalarTransform.Product(f, g, w),
                w => MlKemTransform<Vector256<short>, Int16x16>.Product(f, g, w),
                w => MlKemTransform<Vector512<short>, Int16x32>.Product(f, g, w));
        }

        static void Check(short[] input, Operation scalar, Operation narrow, Operation wide)
        {
            short[] expected = [.. input];
            scalar(expected);
            if (Int16x16.IsSupported) Compare(narrow);
            if (Int16x32.IsSupported) Compare(wide);

            void Compare(Operation operation)
            {
                short[] actual = [.. input];
                operation(actual);
                Assert.All(actual, x => Assert.InRange(x, 1 - Q, Q - 1));
                Assert.Equal(expected.Select(MlKemField.Canonical), actual.Select(MlKemField.Canonical));
            }
        }
    }

    private delegate void Operation(Span<short> polynomial);

    private static short[] Draw(Random random) => [.. Enumerable.Range(0, N).Select(_ => (short)random.Next(Q))];

    private static IEnumerable<int> Multiply(short[] f, short[] g)
    {
        var result = new long[N];
        for (var i = 0; i < N; i++)
        {
            for (var j = 0; j < N; j++) result[(i + j) % N] += (i + j < N ? 1 : -1) * f[i] * g[j];
        }

        return result.Select(x => (int)(((x % Q) + Q) % Q));
    }
}
