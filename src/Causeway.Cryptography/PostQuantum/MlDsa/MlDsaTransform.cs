using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Cryptography.PostQuantum.Lanes;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>
/// The transforms and the product of <see cref="MlDsaPolynomial"/> in vector registers. Layers whose distance is at least a register wide combine registers;
/// the others combine lanes of one: both partners are copied over both places, and a table holds the power of ζ for the lower place and its negative for the
/// upper.
/// </summary>
internal static class MlDsaTransform<T, TLanes>
    where T : struct
    where TLanes : IInt32Lanes<T>
{
    /// <summary>Algorithm 41; coefficients grow by less than q a layer.</summary>
    internal static void Ntt(Span<int> polynomial)
    {
        ref var w = ref MemoryMarshal.GetReference(polynomial[..N]);
        ref var zetas = ref MemoryMarshal.GetArrayDataReference(MlDsaZetas.Powers);
        var m = 0;
        for (var length = N / 2; length >= TLanes.Count; length >>= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = TLanes.Create(Unsafe.Add(ref zetas, ++m));
                for (var j = start; j < start + length; j += TLanes.Count)
                {
                    var low = TLanes.Load(ref Unsafe.Add(ref w, j));
                    var t = Multiply(zeta, TLanes.Load(ref Unsafe.Add(ref w, j + length)));
                    TLanes.Store(ref Unsafe.Add(ref w, j), TLanes.Add(low, t));
                    TLanes.Store(ref Unsafe.Add(ref w, j + length), TLanes.Subtract(low, t));
                }
            }
        }

        ref var table = ref MemoryMarshal.GetArrayDataReference(MlDsaZetas.Forward);
        for (var j = 0; j < N; j += TLanes.Count)
        {
            var value = TLanes.Load(ref Unsafe.Add(ref w, j));
            if (TLanes.Count > 8) value = Forward(value, 8, ref Unsafe.Add(ref table, (3 * N) + j));
            value = Forward(value, 4, ref Unsafe.Add(ref table, (2 * N) + j));
            value = Forward(value, 2, ref Unsafe.Add(ref table, N + j));
            value = Forward(value, 1, ref Unsafe.Add(ref table, j));
            TLanes.Store(ref Unsafe.Add(ref w, j), value);
        }
    }

    /// <summary>Algorithm 42 times R. Lanes of one register are reduced every layer, sums of registers grow to 32q at most.</summary>
    internal static void InverseNtt(Span<int> polynomial)
    {
        ref var w = ref MemoryMarshal.GetReference(polynomial[..N]);
        ref var zetas = ref MemoryMarshal.GetArrayDataReference(MlDsaZetas.Powers);
        ref var table = ref MemoryMarshal.GetArrayDataReference(MlDsaZetas.Inverse);
        for (var j = 0; j < N; j += TLanes.Count)
        {
            var value = TLanes.Load(ref Unsafe.Add(ref w, j));
            value = Inverse(value, 1, ref Unsafe.Add(ref table, j));
            value = Inverse(value, 2, ref Unsafe.Add(ref table, N + j));
            value = Inverse(value, 4, ref Unsafe.Add(ref table, (2 * N) + j));
            if (TLanes.Count > 8) value = Inverse(value, 8, ref Unsafe.Add(ref table, (3 * N) + j));
            TLanes.Store(ref Unsafe.Add(ref w, j), value);
        }

        var m = N / TLanes.Count;
        for (var length = TLanes.Count; length < N; length <<= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = TLanes.Create(Unsafe.Add(ref zetas, --m));
                for (var j = start; j < start + length; j += TLanes.Count)
                {
                    var low = TLanes.Load(ref Unsafe.Add(ref w, j));
                    var high = TLanes.Load(ref Unsafe.Add(ref w, j + length));
                    TLanes.Store(ref Unsafe.Add(ref w, j), TLanes.Add(low, high));
                    TLanes.Store(ref Unsafe.Add(ref w, j + length), Multiply(zeta, TLanes.Subtract(high, low)));
                }
            }
        }

        var scale = TLanes.Create(MlDsaField.InverseScale);
        for (var j = 0; j < N; j += TLanes.Count) TLanes.Store(ref Unsafe.Add(ref w, j), Multiply(scale, TLanes.Load(ref Unsafe.Add(ref w, j))));
    }

    /// <summary>Sums of products, reduced once.</summary>
    internal static void Product(ReadOnlySpan<int> f, ReadOnlySpan<int> g, Span<int> result)
    {
        ref var first = ref MemoryMarshal.GetReference(f);
        ref var second = ref MemoryMarshal.GetReference(g[..f.Length]);
        ref var sum = ref MemoryMarshal.GetReference(result[..N]);
        for (var i = 0; i < N; i += TLanes.Count)
        {
            T even = default, odd = default;
            for (var j = i; j < f.Length; j += N)
            {
                T a = TLanes.Load(ref Unsafe.Add(ref first, j)), b = TLanes.Load(ref Unsafe.Add(ref second, j));
                even = TLanes.Add64(even, TLanes.MultiplyEven(a, b));
                odd = TLanes.Add64(odd, TLanes.MultiplyEven(TLanes.OddToEven(a), TLanes.OddToEven(b)));
            }

            TLanes.Store(ref Unsafe.Add(ref sum, i), MontgomeryReduce(even, odd));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Forward(T value, int length, ref int zetas)
    {
        T distance = TLanes.Create(length), lower = TLanes.And(TLanes.Indices, TLanes.Create(~length)), upper = TLanes.Xor(lower, distance);
        return TLanes.Add(TLanes.Permute(value, lower), Multiply(TLanes.Permute(value, upper), TLanes.Load(ref zetas)));
    }

    // The sum in the lower places is multiplied with one, which reduces it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Inverse(T value, int length, ref int zetas)
    {
        var partner = TLanes.Permute(value, TLanes.Xor(TLanes.Indices, TLanes.Create(length)));
        var isUpper = TLanes.SignMask(TLanes.Subtract(default, TLanes.And(TLanes.Indices, TLanes.Create(length))));
        return Multiply(TLanes.Select(isUpper, TLanes.Add(value, partner), TLanes.Subtract(value, partner)), TLanes.Load(ref zetas));
    }

    // a·b·R⁻¹ mod q in (−q, q), as MlDsaField.Multiply.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Multiply(T a, T b) =>
        MontgomeryReduce(TLanes.MultiplyEven(a, b), TLanes.MultiplyEven(TLanes.OddToEven(a), TLanes.OddToEven(b)));

    // The results are the upper halves; those of the odd lanes are where they belong already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T MontgomeryReduce(T even, T odd)
    {
        T inverse = TLanes.Create(MlDsaField.QInverse), q = TLanes.Create(Q);
        even = TLanes.Subtract64(even, TLanes.MultiplyEven(TLanes.MultiplyEven(even, inverse), q));
        odd = TLanes.Subtract64(odd, TLanes.MultiplyEven(TLanes.MultiplyEven(odd, inverse), q));
        return TLanes.SelectOdd(TLanes.OddToEven(even), odd);
    }
}
