using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Causeway.Libp2p.Wire;

/// <summary>
/// Writes protobuf's wire format into a span that the caller has sized with the <c>SizeOf</c> methods; it allocates nothing. Field numbers are 1 to 15: tags of one byte, all that libp2p's messages need.
/// </summary>
/// <remarks>Writing past the span's end throws <see cref="ArgumentException"/> or <see cref="IndexOutOfRangeException"/>. Source: <c>protobuf.dev/programming-guides/encoding</c>.</remarks>
/// <param name="target">Where the message goes, from its first byte.</param>
public ref struct WireWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>Bytes written.</summary>
    public int Position { get; private set; }

    /// <summary>The encoded size of a varint, 1 to 10 bytes.</summary>
    public static int SizeOf(ulong value) => ((63 - BitOperations.LeadingZeroCount(value | 1)) / 7) + 1;

    /// <summary>The encoded size of a length-delimited field: tag, length and body, in bytes.</summary>
    /// <param name="length">The body's size, in bytes.</param>
    public static int SizeOfField(int length) => 1 + SizeOf((ulong)length) + length;

    /// <summary>The encoded size of a string field, in bytes.</summary>
    public static int SizeOfField(string text) => SizeOfField(Encoding.UTF8.GetByteCount(text));

    /// <summary>The encoded size of a varint field, in bytes.</summary>
    public static int SizeOfVarintField(ulong value) => 1 + SizeOf(value);

    /// <summary>Writes a varint in its shortest form.</summary>
    public void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _target[Position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _target[Position++] = (byte)value;
    }

    /// <summary>Writes the tag and length of a length-delimited field; its body follows.</summary>
    /// <param name="field">1 to 15.</param>
    /// <param name="length">The body's size, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The field's number is none of these.</exception>
    public void WriteHeader(int field, int length)
    {
        WriteTag(field, 2);
        WriteVarint((ulong)length);
    }

    /// <summary>Writes a length-delimited field.</summary>
    public void WriteField(int field, scoped ReadOnlySpan<byte> value)
    {
        WriteHeader(field, value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes a string field, as UTF-8.</summary>
    public void WriteField(int field, string text)
    {
        WriteHeader(field, Encoding.UTF8.GetByteCount(text));
        Position += Encoding.UTF8.GetBytes(text, _target[Position..]);
    }

    /// <summary>Writes an 8-byte big-endian number as a bytes field (the sequence number's form).</summary>
    public void WriteBigEndianField(int field, ulong value)
    {
        WriteHeader(field, sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(_target[Position..], value);
        Position += sizeof(ulong);
    }

    /// <summary>Writes a varint field.</summary>
    public void WriteVarintField(int field, ulong value)
    {
        WriteTag(field, 0);
        WriteVarint(value);
    }

    /// <summary>Copies bytes that are encoded already.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(_target[Position..]);
        Position += value.Length;
    }

    private void WriteTag(int field, int wireType)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)field - 1, 14U, nameof(field));
        _target[Position++] = (byte)((field << 3) | wireType);
    }
}
