using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Cryptography.Sha3;

/// <summary>
/// Eight SHAKE computations side by side whose inputs differ in their last bytes only, as everything that FIPS 203 and 204 expand from a seed does.
/// </summary>
internal ref struct SpongeEight
{
    private readonly Span<ulong> _states;
    private readonly int _rate;

    /// <summary>Starts the eight.</summary>
    /// <param name="states">200 words to work in, on the caller's stack.</param>
    /// <param name="rate"><see cref="Sponge.Shake128Rate"/> or <see cref="Sponge.Shake256Rate"/>.</param>
    /// <param name="prefix">What all read first: a whole number of words.</param>
    /// <param name="tails">What each reads then, lowest byte first.</param>
    /// <param name="tailLength">The bytes of a tail, 1 or 2.</param>
    internal SpongeEight(Span<ulong> states, int rate, ReadOnlySpan<byte> prefix, ReadOnlySpan<ushort> tails, int tailLength)
    {
        _states = states[..StateWords];
        _rate = rate;
        _states.Clear();
        var words = MemoryMarshal.Cast<byte, ulong>(prefix);
        for (var i = 0; i < words.Length; i++) Word(i).Fill(words[i]);
        var tail = Word(words.Length);
        for (var i = 0; i < tail.Length; i++) tail[i] = tails[i] | (Sponge.ShakePadding << (8 * tailLength));
        foreach (ref var last in Word((rate / sizeof(ulong)) - 1)) last ^= 1UL << 63;
    }

    /// <summary>The words of eight states.</summary>
    internal const int StateWords = KeccakPermutation.Words * KeccakPermutation.Lanes;

    /// <summary>Writes the next <paramref name="blocks"/> blocks of computation <c>i</c> to <c>i · stride</c> in <paramref name="output"/>.</summary>
    internal readonly void Squeeze(int blocks, Span<byte> output, int stride)
    {
        for (var block = 0; block < blocks; block++)
        {
            KeccakPermutation.PermuteEight(ref MemoryMarshal.GetReference(_states));
            for (var lane = 0; lane < KeccakPermutation.Lanes; lane++)
            {
                var destination = MemoryMarshal.Cast<byte, ulong>(output.Slice((lane * stride) + (block * _rate), _rate));
                for (var i = 0; i < destination.Length; i++) destination[i] = _states[(KeccakPermutation.Lanes * i) + lane];
            }
        }
    }

    /// <summary>Zeroes the states.</summary>
    internal readonly void Clear() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_states));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Span<ulong> Word(int index) => _states.Slice(KeccakPermutation.Lanes * index, KeccakPermutation.Lanes);
}
