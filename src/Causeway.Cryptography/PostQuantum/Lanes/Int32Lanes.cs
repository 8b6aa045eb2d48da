using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Cryptography.PostQuantum.Lanes;

/// <summary>Sixteen numbers (AVX-512).</summary>
internal readonly struct Int32x16 : IInt32Lanes<Vector512<int>>
{
    internal static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static int Count => Vector512<int>.Count;

    public static Vector512<int> Indices => Vector512<int>.Indices;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Create(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(ref readonly int source) => Vector512.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref int destination, Vector512<int> value) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> first, Vector512<int> second) => first + second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract(Vector512<int> first, Vector512<int> second) => first - second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> And(Vector512<int> first, Vector512<int> second) => first & second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Xor(Vector512<int> first, Vector512<int> second) => first ^ second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Select(Vector512<int> mask, Vector512<int> first, Vector512<int> second) => Vector512.ConditionalSelect(mask, second, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Permute(Vector512<int> value, Vector512<int> indices) => Avx512F.PermuteVar16x32(value, indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyEven(Vector512<int> first, Vector512<int> second) => Avx512F.Multiply(first, second).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SelectOdd(Vector512<int> first, Vector512<int> second) => Vector512.ConditionalSelect(Vector512.Create(-1L << 32).AsInt32(), second, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SignMask(Vector512<int> value) => Vector512.ShiftRightArithmetic(value, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> OddToEven(Vector512<int> value) => Vector512.ShiftRightLogical(value.AsInt64(), 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add64(Vector512<int> first, Vector512<int> second) => (first.AsInt64() + second.AsInt64()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract64(Vector512<int> first, Vector512<int> second) => (first.AsInt64() - second.AsInt64()).AsInt32();
}

/// <summary>Eight numbers (AVX2).</summary>
internal readonly struct Int32x8 : IInt32Lanes<Vector256<int>>
{
    internal static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    public static int Count => Vector256<int>.Count;

    public static Vector256<int> Indices => Vector256<int>.Indices;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Create(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ref readonly int source) => Vector256.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref int destination, Vector256<int> value) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> first, Vector256<int> second) => first + second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract(Vector256<int> first, Vector256<int> second) => first - second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> And(Vector256<int> first, Vector256<int> second) => first & second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Xor(Vector256<int> first, Vector256<int> second) => first ^ second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Select(Vector256<int> mask, Vector256<int> first, Vector256<int> second) => Vector256.ConditionalSelect(mask, second, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Permute(Vector256<int> value, Vector256<int> indices) => Avx2.PermuteVar8x32(value, indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyEven(Vector256<int> first, Vector256<int> second) => Avx2.Multiply(first, second).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SelectOdd(Vector256<int> first, Vector256<int> second) => Avx2.Blend(first, second, 0b10101010);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SignMask(Vector256<int> value) => Vector256.ShiftRightArithmetic(value, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> OddToEven(Vector256<int> value) => Vector256.ShiftRightLogical(value.AsInt64(), 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add64(Vector256<int> first, Vector256<int> second) => (first.AsInt64() + second.AsInt64()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract64(Vector256<int> first, Vector256<int> second) => (first.AsInt64() - second.AsInt64()).AsInt32();
}
