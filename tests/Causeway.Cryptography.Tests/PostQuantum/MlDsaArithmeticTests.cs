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
        for (var a = 0; a < Q; a++)
        {
            // FIPS 204, algorithm 36.
            var low = a % Alpha;
            if (low > Gamma2) low -= Alpha;
            int high = (a - low) / Alpha;
            if (a - low == Q - 1) (high, low) = (0, low - 1);
            if (MlDsaRounding.Decompose(a, out var actual) != high || actual != low) wrong++;

            // Algorithm 35.
            low = a % (1 << D);
            if (low > 1 << (D - 1)) low -= 1 << D;
            high = (a - low) >> D;
            if (MlDsaRounding.Power2Round(a, out actual) != high || actual != low) wrong++;
        }

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Decomposing_a_whole_polynomial_is_the_same()
    {
        var random = new Random(36);
        int[] w = Draw(random, 0, Q), low = [.. w], high = new int[N];
        (w[0], w[1], w[2], w[3]) = (0, Q - 1, Q - Gamma2, Gamma2);
        w.CopyTo(low, 0);
        MlDsaPolynomial.Decompose(low, high);
        for (var i = 0; i < N; i++)
        {
            Assert.Equal(MlDsaRounding.Decompose(w[i], out var expected), high[i]);
            Assert.Equal(expected, low[i]);
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

            var hints = new byte[N];
            var ones = MlDsaPolynomial.MakeHint(sum, high, hints);
            Assert.Equal(hints.Sum(hint => hint), ones);
            for (var i = 0; i < N; i++)
            {
                Assert.Equal(MlDsaRounding.Decompose(w[i], out _) != high[i], hints[i] == 1);
                Assert.Equal(high[i], MlDsaRounding.UseHint(w[i], hints[i]));
            }
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
