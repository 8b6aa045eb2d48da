using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Cryptography.PostQuantum.Lanes;

/// <summary>Thirty-two numbers (AVX-512).</summary>
internal readonly struct Int16x32 : IInt16Lanes<Vector512<short>>
{
    internal static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    public static int Count => Vector512<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Create(short value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(ref readonly short source) => Vector512.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref short destination, Vector512<short> value) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add(Vector512<short> first, Vector512<short> second) => first + second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Subtract(Vector512<short> first, Vector512<short> second) => first - second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplyLow(Vector512<short> first, Vector512<short> second) => first * second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplyHigh(Vector512<short> first, Vector512<short> second) => Avx512BW.MultiplyHigh(first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> ShiftRightArithmetic(Vector512<short> value, int count) => Vector512.ShiftRightArithmetic(value, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplyAddPairs(Vector512<short> first, Vector512<short> second) =>
        Avx512BW.MultiplyAddAdjacent(first, second).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add32(Vector512<short> first, Vector512<short> second) => (first.AsInt32() + second.AsInt32()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> UpperToLower(Vector512<short> value) => Vector512.ShiftRightLogical(value.AsInt32(), 16).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LowerToUpper(Vector512<short> value) => Vector512.ShiftLeft(value.AsInt32(), 16).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> SwapPairs(Vector512<short> value) => UpperToLower(value) | LowerToUpper(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> SelectUpper(Vector512<short> first, Vector512<short> second) =>
        Vector512.ConditionalSelect(Vector512.Create(0xffff).AsInt16(), first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> CopyLower(Vector512<short> value, int distance) =>
        Permute(value, Vector512<int>.Indices & Vector512.Create(~(distance / 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> CopyUpper(Vector512<short> value, int distance) =>
        Permute(value, Vector512<int>.Indices | Vector512.Create(distance / 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> SelectUpper(Vector512<short> first, Vector512<short> second, int distance) =>
        Vector512.ConditionalSelect(
        Vector512.Equals(Vector512<int>.Indices & Vector512.Create(distance / 2), Vector512<int>.Zero).AsInt16(), first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Permute(Vector512<short> value, Vector512<int> indices) =>
        Avx512F.PermuteVar16x32(value.AsInt32(), indices).AsInt16();
}

/// <summary>Sixteen numbers (AVX2).</summary>
internal readonly struct Int16x16 : IInt16Lanes<Vector256<short>>
{
    internal static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    public static int Count => Vector256<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Create(short value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(ref readonly short source) => Vector256.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref short destination, Vector256<short> value) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add(Vector256<short> first, Vector256<short> second) => first + second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Subtract(Vector256<short> first, Vector256<short> second) => first - second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyLow(Vector256<short> first, Vector256<short> second) => first * second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyHigh(Vector256<short> first, Vector256<short> second) => Avx2.MultiplyHigh(first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> ShiftRightArithmetic(Vector256<short> value, int count) => Vector256.ShiftRightArithmetic(value, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyAddPairs(Vector256<short> first, Vector256<short> second) =>
        Avx2.MultiplyAddAdjacent(first, second).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add32(Vector256<short> first, Vector256<short> second) => (first.AsInt32() + second.AsInt32()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> UpperToLower(Vector256<short> value) => Vector256.ShiftRightLogical(value.AsInt32(), 16).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LowerToUpper(Vector256<short> value) => Vector256.ShiftLeft(value.AsInt32(), 16).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> SwapPairs(Vector256<short> value) => UpperToLower(value) | LowerToUpper(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> SelectUpper(Vector256<short> first, Vector256<short> second) => Avx2.Blend(first, second, 0b10101010);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> CopyLower(Vector256<short> value, int distance) =>
        Permute(value, Vector256<int>.Indices & Vector256.Create(~(distance / 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> CopyUpper(Vector256<short> value, int distance) =>
        Permute(value, Vector256<int>.Indices | Vector256.Create(distance / 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> SelectUpper(Vector256<short> first, Vector256<short> second, int distance) =>
        Vector256.ConditionalSelect(
        Vector256.Equals(Vector256<int>.Indices & Vector256.Create(distance / 2), Vector256<int>.Zero).AsInt16(), first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Permute(Vector256<short> value, Vector256<int> indices) =>
        Avx2.PermuteVar8x32(value.AsInt32(), indices).AsInt16();
}
