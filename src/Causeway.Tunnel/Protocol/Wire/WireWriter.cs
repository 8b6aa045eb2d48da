using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Wire;

/// <summary>
/// Writes a message field by field, big-endian, into a buffer that the caller made large enough: one that is too small is a programming error
/// and throws <see cref="ArgumentException"/> or <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
public ref struct WireWriter
{
    private readonly Span<byte> _buffer;
    private int _position;

    /// <summary>A writer at the beginning of <paramref name="buffer"/>.</summary>
    public WireWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>The number of bytes written so far.</summary>
    public readonly int Position => _position;

    /// <summary>What was written so far.</summary>
    public readonly Span<byte> Written => _buffer[.._position];

    /// <summary>The next <paramref name="length"/> bytes, for the caller to fill; they hold whatever the buffer held.</summary>
    public Span<byte> Reserve(int length)
    {
        var span = _buffer.Slice(_position, length);
        _position += length;
        return span;
    }

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>One byte.</summary>
    public void Byte(byte value) => Reserve(1)[0] = value;

    /// <summary>A u16.</summary>
    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    /// <summary>A u24.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or needs more than 24 bits.</exception>
    public void UInt24(int value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, 0xff_ffffu, nameof(value));
        var span = Reserve(3);
        span[0] = (byte)(value >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)value);
    }

    /// <summary>A u32.</summary>
    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    /// <summary>A u64.</summary>
    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);

    /// <summary>A peer ID, 32 bytes.</summary>
    public void PeerId(TunnelPeerId value) => value.CopyTo(Reserve(TunnelPeerId.Size));

    /// <summary>Bytes behind their length in one byte.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 255.</exception>
    public void Bytes8(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, byte.MaxValue, nameof(value));
        Byte((byte)value.Length);
        Bytes(value);
    }

    /// <summary>Bytes behind their length in two bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 65 535.</exception>
    public void Bytes16(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue, nameof(value));
        UInt16((ushort)value.Length);
        Bytes(value);
    }

    /// <summary>Reserved bytes: zeros.</summary>
    public void Zeros(int length) => Reserve(length).Clear();
}
