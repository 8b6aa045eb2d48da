using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Causeway.Cryptography.PostQuantum.Lanes;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>Polynomials of 256 coefficients modulo X²⁵⁶ + 1 and their number-theoretic transforms (FIPS 203, section 4.3).</summary>
internal static class MlKemPolynomial
{
    /// <summary>Algorithm 9, in place. Input in (−q, q); output centred around zero.</summary>
    internal static void Ntt(Span<short> f)
    {
        if (Int16x32.IsSupported) MlKemTransform<Vector512<short>, Int16x32>.Ntt(f);
        else if (Int16x16.IsSupported) MlKemTransform<Vector256<short>, Int16x16>.Ntt(f);
        else MlKemScalarTransform.Ntt(f);
    }

    /// <summary>Algorithm 10, in place, times R: results of <see cref="Product"/> come out as they should be. Input and output in (−q, q).</summary>
    internal static void InverseNtt(Span<short> f)
    {
        if (Int16x32.IsSupported) MlKemTransform<Vector512<short>, Int16x32>.InverseNtt(f);
        else if (Int16x16.IsSupported) MlKemTransform<Vector256<short>, Int16x16>.InverseNtt(f);
        else MlKemScalarTransform.InverseNtt(f);
    }

    /// <summary>
    /// The product of two vectors in the NTT domain (algorithms 11 and 12), times R⁻¹: both have coefficients in (−q, q), and so has the result.
    /// </summary>
    internal static void Product(ReadOnlySpan<short> f, ReadOnlySpan<short> g, Span<short> result)
    {
        if (Int16x32.IsSupported) MlKemTransform<Vector512<short>, Int16x32>.Product(f, g, result);
        else if (Int16x16.IsSupported) MlKemTransform<Vector256<short>, Int16x16>.Product(f, g, result);
        else MlKemScalarTransform.Product(f, g, result);
    }

    /// <summary>Multiplies with R, which takes out the R⁻¹ of <see cref="Product"/>.</summary>
    internal static void ToMontgomery(Span<short> f)
    {
        if (Int16x32.IsSupported) MlKemTransform<Vector512<short>, Int16x32>.Multiply(f, MlKemField.MontgomerySquared);
        else if (Int16x16.IsSupported) MlKemTransform<Vector256<short>, Int16x16>.Multiply(f, MlKemField.MontgomerySquared);
        else MlKemScalarTransform.Multiply(f, MlKemField.MontgomerySquared);
    }

    /// <summary>Every coefficient modulo q, centred around zero.</summary>
    internal static void Reduce(Span<short> f)
    {
        if (Int16x32.IsSupported) MlKemTransform<Vector512<short>, Int16x32>.Reduce(f);
        else if (Int16x16.IsSupported) MlKemTransform<Vector256<short>, Int16x16>.Reduce(f);
        else MlKemScalarTransform.Reduce(f);
    }

    internal static void Add(Span<short> f, ReadOnlySpan<short> g)
    {
        var first = MemoryMarshal.Cast<short, Vector<short>>(f);
        var second = MemoryMarshal.Cast<short, Vector<short>>(g);
        for (var i = 0; i < first.Length; i++) first[i] += second[i];
    }

    /// <summary>Subtracts <paramref name="f"/> from <paramref name="g"/>, in place.</summary>
    internal static void SubtractFrom(ReadOnlySpan<short> g, Span<short> f)
    {
        var first = MemoryMarshal.Cast<short, Vector<short>>(f);
        var second = MemoryMarshal.Cast<short, Vector<short>>(g);
        for (var i = 0; i < first.Length; i++) first[i] = second[i] - first[i];
    }
}
