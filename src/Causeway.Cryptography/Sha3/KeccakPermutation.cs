using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Cryptography.Sha3;

/// <summary>
/// The permutation Keccak-f[1600] (FIPS 202, section 3), of one state or of eight at once. It has no branch and no index that depends on the state.
/// </summary>
internal static class KeccakPermutation
{
    /// <summary>The words of one state.</summary>
    internal const int Words = 25;

    /// <summary>The states that <see cref="PermuteEight"/> permutes.</summary>
    internal const int Lanes = 8;

    // FIPS 202, section 3.2.5: the constants of ι.
    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>Permutes one state of 25 words.</summary>
    internal static void Permute(ref ulong state) => Rounds<ulong, ScalarLane>(ref state, 1);

    /// <summary>Permutes eight states; word <c>w</c> of state <c>s</c> is at <c>8·w + s</c>.</summary>
    internal static void PermuteEight(ref ulong states)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            Rounds<Vector512<ulong>, Lane512>(ref states, Lanes);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (var lane = 0; lane < Lanes; lane += 4) Rounds<Vector256<ulong>, Lane256>(ref Unsafe.Add(ref states, lane), Lanes);
        }
        else
        {
            for (var lane = 0; lane < Lanes; lane++) Rounds<ulong, ScalarLane>(ref Unsafe.Add(ref states, lane), Lanes);
        }
    }

    // The words stay in local variables for all 24 rounds; a round is θ, then ρ and π while reading, then χ and ι while writing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Rounds<T, TLane>(ref ulong state, int stride)
        where T : struct
        where TLane : IKeccakLane<T>
    {
        var a0 = TLane.Load(ref Unsafe.Add(ref state, 0 * stride));
        var a1 = TLane.Load(ref Unsafe.Add(ref state, 1 * stride));
        var a2 = TLane.Load(ref Unsafe.Add(ref state, 2 * stride));
        var a3 = TLane.Load(ref Unsafe.Add(ref state, 3 * stride));
        var a4 = TLane.Load(ref Unsafe.Add(ref state, 4 * stride));
        var a5 = TLane.Load(ref Unsafe.Add(ref state, 5 * stride));
        var a6 = TLane.Load(ref Unsafe.Add(ref state, 6 * stride));
        var a7 = TLane.Load(ref Unsafe.Add(ref state, 7 * stride));
        var a8 = TLane.Load(ref Unsafe.Add(ref state, 8 * stride));
        var a9 = TLane.Load(ref Unsafe.Add(ref state, 9 * stride));
        var a10 = TLane.Load(ref Unsafe.Add(ref state, 10 * stride));
        var a11 = TLane.Load(ref Unsafe.Add(ref state, 11 * stride));
        var a12 = TLane.Load(ref Unsafe.Add(ref state, 12 * stride));
        var a13 = TLane.Load(ref Unsafe.Add(ref state, 13 * stride));
        var a14 = TLane.Load(ref Unsafe.Add(ref state, 14 * stride));
        var a15 = TLane.Load(ref Unsafe.Add(ref state, 15 * stride));
        var a16 = TLane.Load(ref Unsafe.Add(ref state, 16 * stride));
        var a17 = TLane.Load(ref Unsafe.Add(ref state, 17 * stride));
        var a18 = TLane.Load(ref Unsafe.Add(ref state, 18 * stride));
        var a19 = TLane.Load(ref Unsafe.Add(ref state, 19 * stride));
        var a20 = TLane.Load(ref Unsafe.Add(ref state, 20 * stride));
        var a21 = TLane.Load(ref Unsafe.Add(ref state, 21 * stride));
        var a22 = TLane.Load(ref Unsafe.Add(ref state, 22 * stride));
        var a23 = TLane.Load(ref Unsafe.Add(ref state, 23 * stride));
        var a24 = TLane.Load(ref Unsafe.Add(ref state, 24 * stride));
        foreach (var constant in RoundConstants)
        {
            var c0 = TLane.Xor(TLane.Xor(a0, a5, a10), a15, a20);
            var c1 = TLane.Xor(TLane.Xor(a1, a6, a11), a16, a21);
            var c2 = TLane.Xor(TLane.Xor(a2, a7, a12), a17, a22);
            var c3 = TLane.Xor(TLane.Xor(a3, a8, a13), a18, a23);
            var c4 = TLane.Xor(TLane.Xor(a4, a9, a14), a19, a24);
            var d0 = TLane.Xor(c4, TLane.RotateLeft(c1, 1));
            var d1 = TLane.Xor(c0, TLane.RotateLeft(c2, 1));
            var d2 = TLane.Xor(c1, TLane.RotateLeft(c3, 1));
            var d3 = TLane.Xor(c2, TLane.RotateLeft(c4, 1));
            var d4 = TLane.Xor(c3, TLane.RotateLeft(c0, 1));

            var b0 = TLane.Xor(a0, d0);
            var b1 = TLane.RotateLeft(TLane.Xor(a6, d1), 44);
            var b2 = TLane.RotateLeft(TLane.Xor(a12, d2), 43);
            var b3 = TLane.RotateLeft(TLane.Xor(a18, d3), 21);
            var b4 = TLane.RotateLeft(TLane.Xor(a24, d4), 14);
            var e0 = TLane.Xor(TLane.Chi(b0, b1, b2), TLane.Broadcast(constant));
            var e1 = TLane.Chi(b1, b2, b3);
            var e2 = TLane.Chi(b2, b3, b4);
            var e3 = TLane.Chi(b3, b4, b0);
            var e4 = TLane.Chi(b4, b0, b1);

            b0 = TLane.RotateLeft(TLane.Xor(a3, d3), 28);
            b1 = TLane.RotateLeft(TLane.Xor(a9, d4), 20);
            b2 = TLane.RotateLeft(TLane.Xor(a10, d0), 3);
            b3 = TLane.RotateLeft(TLane.Xor(a16, d1), 45);
            b4 = TLane.RotateLeft(TLane.Xor(a22, d2), 61);
            var e5 = TLane.Chi(b0, b1, b2);
            var e6 = TLane.Chi(b1, b2, b3);
            var e7 = TLane.Chi(b2, b3, b4);
            var e8 = TLane.Chi(b3, b4, b0);
            var e9 = TLane.Chi(b4, b0, b1);

            b0 = TLane.RotateLeft(TLane.Xor(a1, d1), 1);
            b1 = TLane.RotateLeft(TLane.Xor(a7, d2), 6);
            b2 = TLane.RotateLeft(TLane.Xor(a13, d3), 25);
            b3 = TLane.RotateLeft(TLane.Xor(a19, d4), 8);
            b4 = TLane.RotateLeft(TLane.Xor(a20, d0), 18);
            var e10 = TLane.Chi(b0, b1, b2);
            var e11 = TLane.Chi(b1, b2, b3);
            var e12 = TLane.Chi(b2, b3, b4);
            var e13 = TLane.Chi(b3, b4, b0);
            var e14 = TLane.Chi(b4, b0, b1);

            b0 = TLane.RotateLeft(TLane.Xor(a4, d4), 27);
            b1 = TLane.RotateLeft(TLane.Xor(a5, d0), 36);
            b2 = TLane.RotateLeft(TLane.Xor(a11, d1), 10);
            b3 = TLane.RotateLeft(TLane.Xor(a17, d2), 15);
            b4 = TLane.RotateLeft(TLane.Xor(a23, d3), 56);
            var e15 = TLane.Chi(b0, b1, b2);
            var e16 = TLane.Chi(b1, b2, b3);
            var e17 = TLane.Chi(b2, b3, b4);
            var e18 = TLane.Chi(b3, b4, b0);
            var e19 = TLane.Chi(b4, b0, b1);

            b0 = TLane.RotateLeft(TLane.Xor(a2, d2), 62);
            b1 = TLane.RotateLeft(TLane.Xor(a8, d3), 55);
            b2 = TLane.RotateLeft(TLane.Xor(a14, d4), 39);
            b3 = TLane.RotateLeft(TLane.Xor(a15, d0), 41);
            b4 = TLane.RotateLeft(TLane.Xor(a21, d1), 2);
            var e20 = TLane.Chi(b0, b1, b2);
            var e21 = TLane.Chi(b1, b2, b3);
            var e22 = TLane.Chi(b2, b3, b4);
            var e23 = TLane.Chi(b3, b4, b0);
            var e24 = TLane.Chi(b4, b0, b1);

            a0 = e0; a1 = e1; a2 = e2; a3 = e3; a4 = e4;
            a5 = e5; a6 = e6; a7 = e7; a8 = e8; a9 = e9;
            a10 = e10; a11 = e11; a12 = e12; a13 = e13; a14 = e14;
            a15 = e15; a16 = e16; a17 = e17; a18 = e18; a19 = e19;
            a20 = e20; a21 = e21; a22 = e22; a23 = e23; a24 = e24;
        }

        TLane.Store(ref Unsafe.Add(ref state, 0 * stride), a0);
        TLane.Store(ref Unsafe.Add(ref state, 1 * stride), a1);
        TLane.Store(ref Unsafe.Add(ref state, 2 * stride), a2);
        TLane.Store(ref Unsafe.Add(ref state, 3 * stride), a3);
        TLane.Store(ref Unsafe.Add(ref state, 4 * stride), a4);
        TLane.Store(ref Unsafe.Add(ref state, 5 * stride), a5);
        TLane.Store(ref Unsafe.Add(ref state, 6 * stride), a6);
        TLane.Store(ref Unsafe.Add(ref state, 7 * stride), a7);
        TLane.Store(ref Unsafe.Add(ref state, 8 * stride), a8);
        TLane.Store(ref Unsafe.Add(ref state, 9 * stride), a9);
        TLane.Store(ref Unsafe.Add(ref state, 10 * stride), a10);
        TLane.Store(ref Unsafe.Add(ref state, 11 * stride), a11);
        TLane.Store(ref Unsafe.Add(ref state, 12 * stride), a12);
        TLane.Store(ref Unsafe.Add(ref state, 13 * stride), a13);
        TLane.Store(ref Unsafe.Add(ref state, 14 * stride), a14);
        TLane.Store(ref Unsafe.Add(ref state, 15 * stride), a15);
        TLane.Store(ref Unsafe.Add(ref state, 16 * stride), a16);
        TLane.Store(ref Unsafe.Add(ref state, 17 * stride), a17);
        TLane.Store(ref Unsafe.Add(ref state, 18 * stride), a18);
        TLane.Store(ref Unsafe.Add(ref state, 19 * stride), a19);
        TLane.Store(ref Unsafe.Add(ref state, 20 * stride), a20);
        TLane.Store(ref Unsafe.Add(ref state, 21 * stride), a21);
        TLane.Store(ref Unsafe.Add(ref state, 22 * stride), a22);
        TLane.Store(ref Unsafe.Add(ref state, 23 * stride), a23);
        TLane.Store(ref Unsafe.Add(ref state, 24 * stride), a24);
    }
}
