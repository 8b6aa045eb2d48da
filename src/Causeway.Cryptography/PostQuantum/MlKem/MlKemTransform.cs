using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Cryptography.PostQuantum.Lanes;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>
/// The arithmetic of <see cref="MlKemPolynomial"/> in vector registers. Layers whose distance is at least a register wide combine registers; the others
/// combine lanes of one: both partners are copied over both places, and a table holds the power of ζ for the lower place and its negative for the upper.
/// </summary>
internal static class MlKemTransform<T, TLanes>
    where T : struct
    where TLanes : IInt16Lanes<T>
{
    /// <summary>Algorithm 9, reduced at the end.</summary>
    internal static void Ntt(Span<short> polynomial)
    {
        ref var f = ref MemoryMarshal.GetReference(polynomial[..N]);
        ref var zetas = ref MemoryMarshal.GetArrayDataReference(MlKemZetas.Powers);
        var k = 0;
        for (var length = N / 2; length >= TLanes.Count; length >>= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = TLanes.Create(Unsafe.Add(ref zetas, ++k));
                for (var j = start; j < start + length; j += TLanes.Count)
                {
                    var low = TLanes.Load(ref Unsafe.Add(ref f, j));
                    var t = Multiply(zeta, TLanes.Load(ref Unsafe.Add(ref f, j + length)));
                    TLanes.Store(ref Unsafe.Add(ref f, j), TLanes.Add(low, t));
                    TLanes.Store(ref Unsafe.Add(ref f, j + length), TLanes.Subtract(low, t));
                }
            }
        }

        ref var table = ref MemoryMarshal.GetArrayDataReference(MlKemZetas.Forward);
        for (var j = 0; j < N; j += TLanes.Count)
        {
            var value = TLanes.Load(ref Unsafe.Add(ref f, j));
            if (TLanes.Count > 16) value = Forward(value, 16, ref Unsafe.Add(ref table, (3 * N) + j));
            value = Forward(value, 8, ref Unsafe.Add(ref table, (2 * N) + j));
            value = Forward(value, 4, ref Unsafe.Add(ref table, N + j));
            value = Forward(value, 2, ref Unsafe.Add(ref table, j));
            TLanes.Store(ref Unsafe.Add(ref f, j), Reduce(value));
        }
    }

    /// <summary>Algorithm 10 times R.</summary>
    internal static void InverseNtt(Span<short> polynomial)
    {
        ref var f = ref MemoryMarshal.GetReference(polynomial[..N]);
        ref var zetas = ref MemoryMarshal.GetArrayDataReference(MlKemZetas.Powers);
        ref var table = ref MemoryMarshal.GetArrayDataReference(MlKemZetas.Inverse);
        for (var j = 0; j < N; j += TLanes.Count)
        {
            var value = TLanes.Load(ref Unsafe.Add(ref f, j));
            value = Inverse(value, 2, ref Unsafe.Add(ref table, j));
            value = Inverse(value, 4, ref Unsafe.Add(ref table, N + j));
            value = Inverse(value, 8, ref Unsafe.Add(ref table, (2 * N) + j));
            if (TLanes.Count > 16) value = Inverse(value, 16, ref Unsafe.Add(ref table, (3 * N) + j));
            TLanes.Store(ref Unsafe.Add(ref f, j), value);
        }

        var k = N / TLanes.Count;
        for (var length = TLanes.Count; length < N; length <<= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = TLanes.Create(Unsafe.Add(ref zetas, --k));
                for (var j = start; j < start + length; j += TLanes.Count)
                {
                    var low = TLanes.Load(ref Unsafe.Add(ref f, j));
                    var high = TLanes.Load(ref Unsafe.Add(ref f, j + length));
                    TLanes.Store(ref Unsafe.Add(ref f, j), Reduce(TLanes.Add(low, high)));
                    TLanes.Store(ref Unsafe.Add(ref f, j + length), Multiply(zeta, TLanes.Subtract(high, low)));
                }
            }
        }

        Multiply(polynomial, MlKemField.InverseScale);
    }

    /// <summary>Sums of products of pairs, modulo X² − γ, reduced once.</summary>
    internal static void Product(ReadOnlySpan<short> f, ReadOnlySpan<short> g, Span<short> result)
    {
        ref var first = ref MemoryMarshal.GetReference(f);
        ref var second = ref MemoryMarshal.GetReference(g[..f.Length]);
        ref var sum = ref MemoryMarshal.GetReference(result[..N]);
        ref var gammas = ref MemoryMarshal.GetArrayDataReference(MlKemZetas.Gammas);
        for (var i = 0; i < N; i += TLanes.Count)
        {
            // f₀g₀ + f₁(γg₁) and f₀g₁ + f₁g₀; the table holds 1 for g₀ and γ for g₁.
            var gamma = TLanes.Load(ref Unsafe.Add(ref gammas, i));
            T even = default, odd = default;
            for (var j = i; j < f.Length; j += N)
            {
                T a = TLanes.Load(ref Unsafe.Add(ref first, j)), b = TLanes.Load(ref Unsafe.Add(ref second, j));
                even = TLanes.Add32(even, TLanes.MultiplyAddPairs(a, Multiply(b, gamma)));
                odd = TLanes.Add32(odd, TLanes.MultiplyAddPairs(a, TLanes.SwapPairs(b)));
            }

            // Montgomery's reduction of 32 bits: the upper half less the upper half of m·q, the lower halves being equal.
            T inverse = TLanes.Create(MlKemField.QInverse), q = TLanes.Create(Q);
            T evenMultiple = TLanes.MultiplyHigh(TLanes.MultiplyLow(even, inverse), q), oddMultiple = TLanes.MultiplyHigh(TLanes.MultiplyLow(odd, inverse), q);
            even = TLanes.Subtract(TLanes.UpperToLower(even), evenMultiple);
            odd = TLanes.Subtract(odd, TLanes.LowerToUpper(oddMultiple));
            TLanes.Store(ref Unsafe.Add(ref sum, i), TLanes.SelectUpper(even, odd));
        }
    }

    /// <summary>Every coefficient times a factor, times R⁻¹.</summary>
    internal static void Multiply(Span<short> polynomial, short factor)
    {
        ref var f = ref MemoryMarshal.GetReference(polynomial[..N]);
        for (var j = 0; j < N; j += TLanes.Count)
            TLanes.Store(ref Unsafe.Add(ref f, j), Multiply(TLanes.Load(ref Unsafe.Add(ref f, j)), TLanes.Create(factor)));
    }

    /// <summary>Every coefficient of some polynomials, centred around zero.</summary>
    internal static void Reduce(Span<short> polynomials)
    {
        ref var f = ref MemoryMarshal.GetReference(polynomials);
        for (var j = 0; j < polynomials.Length; j += TLanes.Count)
            TLanes.Store(ref Unsafe.Add(ref f, j), Reduce(TLanes.Load(ref Unsafe.Add(ref f, j))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Forward(T value, int length, ref short zetas) =>
        TLanes.Add(TLanes.CopyLower(value, length), Multiply(TLanes.CopyUpper(value, length), TLanes.Load(ref zetas)));

    // The sum in the lower places is multiplied with one, which reduces it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Inverse(T value, int length, ref short zetas)
    {
        T low = TLanes.CopyLower(value, length), high = TLanes.CopyUpper(value, length);
        return Multiply(TLanes.SelectUpper(TLanes.Add(low, high), TLanes.Subtract(high, low), length), TLanes.Load(ref zetas));
    }

    // As MlKemField.Multiply.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Multiply(T a, T b)
    {
        var m = TLanes.MultiplyLow(TLanes.MultiplyLow(a, b), TLanes.Create(MlKemField.QInverse));
        return TLanes.Subtract(TLanes.MultiplyHigh(a, b), TLanes.MultiplyHigh(m, TLanes.Create(Q)));
    }

    // As MlKemField.Reduce: rounding after sixteen of the 26 bits is the same as rounding after all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Reduce(T a)
    {
        var quotient = TLanes.MultiplyHigh(a, TLanes.Create(MlKemField.BarrettFactor));
        quotient = TLanes.ShiftRightArithmetic(TLanes.Add(quotient, TLanes.Create(1 << 9)), 10);
        return TLanes.Subtract(a, TLanes.MultiplyLow(quotient, TLanes.Create(Q)));
    }
}
