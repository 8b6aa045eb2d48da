using System.Numerics;
using System.Runtime.CompilerServices;

namespace Causeway.Multiformats.Bases;

/// <summary>
/// A base that writes the bytes as one big number (base10, 36, 58); leading zero bytes become leading zero digits. Work grows with the
/// square of the length, so lengths are short; digits are handled several at a time in 32-bit limbs.
/// </summary>
internal sealed class PositionalBase : BaseCodec
{
    // A peer ID has 44 bytes at most and a CID rarely more than 40 (half a microsecond); at this bound the squared cost is some 0.3 ms.
    private const int MaxInput = 1024;

    private readonly string _alphabet;
    private readonly byte[] _digits;
    private readonly int _chunkDigits;
    private readonly uint _chunkBase;
    private readonly double _digitsPerByte;

    public PositionalBase(string alphabet, bool ignoreCase)
    {
        _alphabet = alphabet;
        _digits = Digits(alphabet, ignoreCase);
        _digitsPerByte = Math.Log(256) / Math.Log(alphabet.Length);
        _chunkBase = 1;
        while ((ulong)_chunkBase * (ulong)alphabet.Length <= uint.MaxValue)
        {
            _chunkBase *= (uint)alphabet.Length;
            _chunkDigits++;
        }
    }

    public override int MaxBytes => MaxInput;

    public override int MaxDecodedLength(int textLength) => Math.Min(textLength, MaxInput);

    public override string Encode(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> prefix)
    {
        CheckLength(bytes);
        var capacity = prefix.Length + MaxDigits(bytes.Length);
        var text = capacity <= 512 ? stackalloc char[capacity] : new char[capacity];
        var zeros = bytes.IndexOfAnyExcept((byte)0);
        if (zeros < 0) zeros = bytes.Length;
        var at = WriteDigits(bytes[zeros..], text);
        text.Slice(at - zeros, zeros).Fill(_alphabet[0]);
        at -= zeros + prefix.Length;
        prefix.CopyTo(text[at..]);
        return new string(text[at..]);
    }

    [SkipLocalsInit]
    public override bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length > MaxDigits(MaxInput)) return false;
        var zeros = text.IndexOfAnyExcept(_alphabet[0]);
        if (zeros < 0) zeros = text.Length;
        Span<uint> limbs = stackalloc uint[MaxInput / 4 + 2];
        if (!TryReadDigits(text[zeros..], limbs, out var used)) return false;

        var length = used == 0 ? 0 : used * 4 - BitOperations.LeadingZeroCount(limbs[used - 1]) / 8;
        if (zeros + length > Math.Min(destination.Length, MaxInput)) return false;
        destination[..zeros].Clear();
        for (var i = 0; i < length; i++)
        {
            destination[zeros + length - 1 - i] = (byte)(limbs[i / 4] >> (i % 4 * 8));
        }

        written = zeros + length;
        return true;
    }

    private int MaxDigits(int byteCount) => (int)Math.Ceiling(byteCount * _digitsPerByte) + 1;

    /// <summary>Fills <paramref name="text"/> from its end; returns where the digits start.</summary>
    private int WriteDigits(ReadOnlySpan<byte> number, Span<char> text)
    {
        Span<uint> limbs = stackalloc uint[(number.Length + 3) / 4];
        limbs.Clear();
        for (var i = 0; i < number.Length; i++)
        {
            var fromEnd = number.Length - 1 - i;
            limbs[limbs.Length - 1 - fromEnd / 4] |= (uint)number[i] << (fromEnd % 4 * 8);
        }

        var at = text.Length;
        var first = 0;
        while (first < limbs.Length)
        {
            ulong remainder = 0;
            for (var i = first; i < limbs.Length; i++)
            {
                (var quotient, remainder) = Math.DivRem((remainder << 32) | limbs[i], _chunkBase);
                limbs[i] = (uint)quotient;
            }

            while (first < limbs.Length && limbs[first] == 0) first++;
            for (var i = 0; i < _chunkDigits && (remainder != 0 || first < limbs.Length); i++)
            {
                text[--at] = _alphabet[(int)(remainder % (uint)_alphabet.Length)];
                remainder /= (uint)_alphabet.Length;
            }
        }

        return at;
    }

    /// <summary>Reads the digits into little-endian limbs.</summary>
    private bool TryReadDigits(ReadOnlySpan<char> text, Span<uint> limbs, out int used)
    {
        used = 0;
        while (text.Length > 0)
        {
            var take = text.Length % _chunkDigits == 0 ? _chunkDigits : text.Length % _chunkDigits;
            uint chunk = 0;
            ulong factor = 1;
            foreach (var character in text[..take])
            {
                var digit = character < 128 ? _digits[character] : 0xff;
                if (digit == 0xff) return false;
                chunk = chunk * (uint)_alphabet.Length + (uint)digit;
                factor *= (uint)_alphabet.Length;
            }

            text = text[take..];
            ulong carry = chunk;
            for (var i = 0; i < used; i++)
            {
                carry += limbs[i] * factor;
                limbs[i] = (uint)carry;
                carry >>= 32;
            }

            if (carry != 0) limbs[used++] = (uint)carry;
        }

        return true;
    }
}
