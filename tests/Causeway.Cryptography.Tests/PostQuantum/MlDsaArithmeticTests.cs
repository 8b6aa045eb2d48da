using System.Runtime.Intrinsics;
using Causeway.Cryptography.PostQuantum.Lanes;
using Causeway.Cryptography.PostQuantum.MlDsa;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>The branch-free arithmetic beside the definitions, over every value where that is possible.</summary>
public sealed class MlDsaArithmeticTests
{
    [Fact]
    public void Rounding_is_the_definition_s_for_every_coefficient()
    {
        const int Alpha = 2 * Gamma2;
        var wrong = 0;
        int[] values = new int[N], low = new int[N], high = new int[N], rounded = new int[N], remainder = new int[N];
        for (var first = 0; first < Q; first += N)
        {
            for (var i = 0; i < N; i++) values[i] = rounded[i] = low[i] = Math.Min(first + i, Q - 1);
            MlDsaPolynomial.Decompose(low, high);
            MlDsaPolynomial.Power2Round(rounded, remainder);
            for (var i = 0; i < N; i++)
            {
                var (expectedHigh, expectedLow) = Split(values[i], Alpha);
                if (values[i] - expectedLow == Q - 1) (expectedHigh, expectedLow) = (0, expectedLow - 1);
                if ((high[i], low[i]) != (expectedHigh, expectedLow)) wrong++;
                if ((rounded[i], remainder[i]) != Split(values[i], 1 << D)) wrong++;
            }
        }

        Assert.Equal(0, wrong);

        // FIPS 204, algorithms 35 and 36 (without its last case).
        static (int High, int Low) Split(int a, int alpha)
        {
            var low = a % alpha;
            if (low > alpha / 2) low -= alpha;
            return ((a - low) / alpha, low);
        }
    }

    [Fact]
    public void Hints_lead_back_to_the_high_part()
    {
        var random = new Random(39);
        for (var round = 0; round < 200; round++)
        {
            // Where low + change crosses the ends of the interval, and exactly at them.
            int[] w = Draw(random, 0, Q), low = [.. w], high = new int[N], sum = new int[N];
            MlDsaPolynomial.Decompose(low, high);
            for (var i = 0; i < N; i++)
            {
                var change = random.Next(1 - Gamma2, Gamma2);
                if (round % 4 == 0) change = Math.Clamp((Gamma2 * (random.Next(2) == 0 ? 1 : -1)) - low[i] + random.Next(-2, 3), 1 - Gamma2, Gamma2 - 1);
                sum[i] = low[i] + change;
                w[i] = (((w[i] + change) % Q) + Q) % Q;
            }

            int[] hints = new int[N], after = [.. w], rest = [.. w], corrected = [.. w];
            var ones = MlDsaPolynomial.MakeHint(sum, high, hints);
            Assert.Equal(hints.Sum(hint => hint), ones);
            MlDsaPolynomial.Decompose(rest, after);
            MlDsaPolynomial.UseHint(corrected, hints);
            for (var i = 0; i < N; i++) Assert.Equal(after[i] != high[i], hints[i] == 1);
            Assert.Equal(high, corrected);
        }
    }

    [Fact]
    public void Products_in_the_transformed_domain_are_products_of_polynomials()
    {
        var random = new Random(204);
        for (var round = 0; round < 20; round++)
        {
            int[] f = Draw(random, 0, Q), g = Draw(random, 1 - Q, Q), transformed = [.. f], other = [.. g], result = new int[N];
            MlDsaPolynomial.Ntt(transformed);
            MlDsaPolynomial.Reduce(transformed);
            MlDsaPolynomial.Ntt(other);
            MlDsaPolynomial.Product(transformed, other, result);
            MlDsaPolynomial.InverseNtt(result);
            MlDsaPolynomial.Canonicalise(result);
            Assert.Equal(Multiply(f, g), result);
        }
    }

    [Fact]
    public void Extreme_coefficients_do_not_overflow()
    {
        foreach (var value in new[] { Q - 1, 1 - Q })
        {
            int[] transformed = [.. Enumerable.Repeat(value, N)], inverse = [.. transformed];
            MlDsaPolynomial.Ntt(transformed);
            Assert.All(transformed, x => Assert.InRange(x, -9 * Q, 9 * Q));
            MlDsaPolynomial.InverseNtt(inverse);
            Assert.All(inverse, x => Assert.InRange(x, 1 - Q, Q - 1));

            int[] f = [.. Enumerable.Repeat(Q - 1, 8 * N)], g = [.. Enumerable.Repeat(9 * value, 8 * N)], result = new int[N];
            MlDsaPolynomial.Product(f, g, result);
            var expected = (Int128)(Q - 1) * 9 * value * 8 % Q;
            Assert.All(result, x => Assert.Equal(0, (int)((((Int128)x << 32) - expected) % Q)));
        }
    }

    // Whichever of these the machine uses, the others must be right as well.
    [Fact]
    public void Every_width_transforms_alike()
    {
        var random = new Random(16);
        for (var round = 0; round < 50; round++)
        {
            int[] f = [.. Enumerable.Range(0, 7).SelectMany(_ => Draw(random, 0, Q))], g = [.. Enumerable.Range(0, 7).SelectMany(_ => Draw(random, -9 * Q, 9 * Q))];
            int[] forward = Draw(random, 1 - Q, Q), inverse = Draw(random, 1 - Q, Q), product = new int[N], other = new int[N];
            int[] expectedForward = [.. forward], expectedInverse = [.. inverse], actual = [.. forward];
            MlDsaScalarTransform.Ntt(expectedForward);
            MlDsaScalarTransform.InverseNtt(expectedInverse);
            MlDsaScalarTransform.Product(f, g, product);
            if (Int32x8.IsSupported)
            {
                MlDsaTransform<Vector256<int>, Int32x8>.Ntt(actual);
                AssertCongruent(expectedForward, actual, 9 * Q);
                inverse.CopyTo(actual, 0);
                MlDsaTransform<Vector256<int>, Int32x8>.InverseNtt(actual);
                AssertCongruent(expectedInverse, actual, Q);
                MlDsaTransform<Vector256<int>, Int32x8>.Product(f, g, other);
                Assert.Equal(product, other);
            }

            if (!Int32x16.IsSupported) continue;
            forward.CopyTo(actual, 0);
            MlDsaTransform<Vector512<int>, Int32x16>.Ntt(actual);
            AssertCongruent(expectedForward, actual, 9 * Q);
            inverse.CopyTo(actual, 0);
            MlDsaTransform<Vector512<int>, Int32x16>.InverseNtt(actual);
            AssertCongruent(expectedInverse, actual, Q);
            MlDsaTransform<Vector512<int>, Int32x16>.Product(f, g, other);
            Assert.Equal(product, other);
        }

        static void AssertCongruent(int[] expected, int[] actual, int bound)
        {
            for (var i = 0; i < N; i++)
            {
                Assert.Equal(0, ((long)expected[i] - actual[i]) % Q);
                Assert.InRange(actual[i], 1 - bound, bound - 1);
            }
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Gamma1 - Beta)]
    public void The_norm_sees_every_coefficient_of_either_sign(int bound)
    {
        var w = new int[N];
        for (var i = 0; i < N; i++)
        {
            foreach (var sign in new[] { 1, -1 })
            {
                w[i] = sign * (bound - 1);
                Assert.True(MlDsaPolynomial.IsBelow(w, bound));
                w[i] = sign * bound;
                Assert.False(MlDsaPolynomial.IsBelow(w, bound));
                w[i] = 0;
            }
        }
    }

    private static int[] Draw(Random random, int from, int to) => [.. Enumerable.Range(0, N).Select(_ => random.Next(from, to))];

    private static IEnumerable<int> Multiply(int[] f, int[] g)
    {
        var result = new Int128[N];
        for (var i = 0; i < N; i++)
        {
            for (var j = 0; j < N; j++) result[(i + j) % N] += (Int128)(i + j < N ? 1 : -1) * f[i] * g[j];
        }

        return result.Select(x => (int)(((x % Q) + Q) % Q));
    }
}
