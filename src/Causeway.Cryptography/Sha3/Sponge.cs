using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Cryptography.Sha3;

/// <summary>
/// One SHA-3 or SHAKE computation (FIPS 202, sections 4 to 6): any number of <see cref="Absorb"/>, then any number of <see cref="Squeeze"/>, then
/// <see cref="Clear"/> where the input was secret. It lives on the stack and allocates nothing, which the framework's classes cannot offer for the many
/// short computations of FIPS 203 and 204.
/// </summary>
internal ref struct Sponge
{
    private const byte Sha3Suffix = 0x06;
    private const byte ShakeSuffix = 0x1f;

    private readonly int _rate;
    private readonly byte _suffix;
    private KeccakState _state;
    private int _position;
    private bool _squeezing;

    private Sponge(int rate, byte suffix)
    {
        _rate = rate;
        _suffix = suffix;
    }

    /// <summary>Block length of SHAKE128 in bytes.</summary>
    internal const int Shake128Rate = 168;

    /// <summary>Block length of SHAKE256 and SHA3-256 in bytes.</summary>
    internal const int Shake256Rate = 136;

    /// <summary>The word that follows the input of a SHAKE function whose input ends on a word boundary.</summary>
    internal const ulong ShakePadding = ShakeSuffix;

    internal static Sponge Shake128() => new(Shake128Rate, ShakeSuffix);

    internal static Sponge Shake256() => new(Shake256Rate, ShakeSuffix);

    internal static Sponge Sha3_256() => new(136, Sha3Suffix);

    internal static Sponge Sha3_512() => new(72, Sha3Suffix);

    internal void Absorb(scoped ReadOnlySpan<byte> data)
    {
        var state = MemoryMarshal.AsBytes((Span<ulong>)_state)[.._rate];
        while (!data.IsEmpty)
        {
            var count = Math.Min(_rate - _position, data.Length);
            Xor(state.Slice(_position, count), data[..count]);
            data = data[count..];
            _position += count;
            if (_position == _rate) Permute();
        }
    }

    internal void Squeeze(scoped Span<byte> output)
    {
        var state = MemoryMarshal.AsBytes((Span<ulong>)_state)[.._rate];
        if (!_squeezing)
        {
            state[_position] ^= _suffix;
            state[^1] ^= 0x80;
            Permute();
            _squeezing = true;
        }

        while (!output.IsEmpty)
        {
            if (_position == _rate) Permute();
            var count = Math.Min(_rate - _position, output.Length);
            state.Slice(_position, count).CopyTo(output);
            output = output[count..];
            _position += count;
        }
    }

    /// <summary>Zeroes the state.</summary>
    internal void Clear() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<ulong>)_state));

    private static void Xor(Span<byte> state, ReadOnlySpan<byte> data)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        for (var i = 0; i < words.Length; i++) MemoryMarshal.Write(state[(8 * i)..], MemoryMarshal.Read<ulong>(state[(8 * i)..]) ^ words[i]);
        for (var i = 8 * words.Length; i < data.Length; i++) state[i] ^= data[i];
    }

    private void Permute()
    {
        KeccakPermutation.Permute(ref _state[0]);
        _position = 0;
    }
}
