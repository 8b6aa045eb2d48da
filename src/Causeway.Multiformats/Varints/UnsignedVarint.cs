using System.Buffers;
using System.Numerics;

namespace Causeway.Multiformats;

/// <summary>
/// Unsigned varints of multiformats (<c>multiformats/unsigned-varint</c>): little-endian groups of seven bits, at most nine bytes
/// (values below 2⁶³), minimal form only. No member allocates.
/// </summary>
public static class UnsignedVarint
{
    /// <summary>The longest encoding, in bytes (unsigned-varint spec, "practical maximum").</summary>
    public const int MaxLength = 9;

    /// <summary>The largest value that has an encoding: 2⁶³ − 1.</summary>
    public const ulong MaxValue = long.MaxValue;

    /// <summary>How many bytes <paramref name="value"/> takes, 1 to 9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is above <see cref="MaxValue"/>.</exception>
    public static int GetLength(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        return (70 - BitOperations.LeadingZeroCount(value | 1)) / 7;
    }

    /// <summary>Writes <paramref name="value"/> to the start of <paramref name="destination"/> and returns the number of bytes written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is above <see cref="MaxValue"/>.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, ulong value)
    {
        var length = GetLength(value);
        if (destination.Length < length)
        {
            throw new ArgumentException($"A destination of {destination.Length} bytes is too short; this varint takes {length}.", nameof(destination));
        }

        for (var i = 0; i < length - 1; i++)
        {
            destination[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length - 1] = (byte)value;
        return length;
    }

    /// <summary>Appends <paramref name="value"/> to <paramref name="writer"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is above <see cref="MaxValue"/>.</exception>
    public static void Write(IBufferWriter<byte> writer, ulong value) => writer.Advance(Write(writer.GetSpan(MaxLength), value));

    /// <summary>Reads the varint at the start of <paramref name="source"/>.</summary>
    /// <param name="source">The bytes; more may follow the varint.</param>
    /// <param name="value">The value, or 0.</param>
    /// <param name="length">How many bytes the varint took, or 0.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/> where the bytes end inside a varint;
    /// <see cref="OperationStatus.InvalidData"/> where it is longer than nine bytes or not minimal.
    /// </returns>
    public static OperationStatus Read(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        // Most varints on the wire are lengths and codes of one byte.
        if (source.Length > 0 && source[0] < 0x80)
        {
            value = source[0];
            length = 1;
            return OperationStatus.Done;
        }

        return ReadLong(source, out value, out length);
    }

    /// <summary>As <see cref="Read(ReadOnlySpan{byte}, out ulong, out int)"/>, over a sequence whose segments may split the varint.</summary>
    public static OperationStatus Read(in ReadOnlySequence<byte> source, out ulong value, out int length)
    {
        if (source.IsSingleSegment || source.FirstSpan.Length >= MaxLength)
        {
            return Read(source.FirstSpan, out value, out length);
        }

        Span<byte> buffer = stackalloc byte[MaxLength];
        var head = source.Slice(0, Math.Min(source.Length, MaxLength));
        head.CopyTo(buffer);
        return Read(buffer[..(int)head.Length], out value, out length);
    }

    /// <summary>Reads a whole varint at the start of <paramref name="source"/>; false where it is incomplete or malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length) =>
        Read(source, out value, out length) == OperationStatus.Done;

    private static OperationStatus ReadLong(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        ulong result = 0;
        var available = Math.Min(source.Length, MaxLength);
        for (var i = 0; i < available; i++)
        {
            var current = source[i];
            result |= (ulong)(current & 0x7f) << (7 * i);
            if (current >= 0x80) continue;

            // A last group of zero bits adds nothing: the value has a shorter form.
            if (current == 0) return OperationStatus.InvalidData;
            value = result;
            length = i + 1;
            return OperationStatus.Done;
        }

        return available == MaxLength ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
    }
}
