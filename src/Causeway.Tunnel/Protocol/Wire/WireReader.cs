using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Wire;

/// <summary>
/// Reads a message field by field, big-endian. It never throws: the first field that is missing or wrong marks the whole as failed, every later
/// one reads as zero or empty, and the decoder asks once, at the end, whether the message <see cref="IsComplete"/>. So no decoder can forget a
/// length, and trailing bytes are refused by the same question.
/// </summary>
public ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _message;
    private int _position;
    private bool _failed;

    /// <summary>A reader at the beginning of <paramref name="message"/>.</summary>
    public WireReader(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Whether a field was missing or wrong.</summary>
    public readonly bool Failed => _failed;

    /// <summary>Whether every field was there and right, and nothing follows the last one.</summary>
    public readonly bool IsComplete => !_failed && _position == _message.Length;

    /// <summary>The number of bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>The number of bytes not read yet; 0 after a failure, so that loops over what remains end.</summary>
    public readonly int Remaining => _failed ? 0 : _message.Length - _position;

    /// <summary>What was read so far, for signatures and hashes over the beginning of a message.</summary>
    public readonly ReadOnlySpan<byte> Consumed => _message[.._position];

    /// <summary>The next <paramref name="length"/> bytes, or an empty span after a failure. They are not copied.</summary>
    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (_failed || (uint)length > (uint)(_message.Length - _position))
        {
            _failed = true;
            return default;
        }

        var bytes = _message.Slice(_position, length);
        _position += length;
        return bytes;
    }

    /// <summary>All that remains.</summary>
    public ReadOnlySpan<byte> Rest() => Bytes(Remaining);

    /// <summary>One byte.</summary>
    public byte Byte()
    {
        var bytes = Bytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>A u16.</summary>
    public ushort UInt16()
    {
        var bytes = Bytes(2);
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>A u24.</summary>
    public int UInt24()
    {
        var bytes = Bytes(3);
        return bytes.IsEmpty ? 0 : (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
    }

    /// <summary>A u32.</summary>
    public uint UInt32()
    {
        var bytes = Bytes(4);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>A u64.</summary>
    public ulong UInt64()
    {
        var bytes = Bytes(8);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>A peer ID, 32 bytes.</summary>
    public TunnelPeerId PeerId()
    {
        var bytes = Bytes(TunnelPeerId.Size);
        return bytes.IsEmpty ? default : TunnelPeerId.Read(bytes);
    }

    /// <summary>Bytes behind their length in one byte.</summary>
    public ReadOnlySpan<byte> Bytes8() => Bytes(Byte());

    /// <summary>Bytes behind their length in two bytes; longer than <paramref name="maximum"/> is a failure.</summary>
    public ReadOnlySpan<byte> Bytes16(int maximum = ushort.MaxValue)
    {
        var length = UInt16();
        Require(length <= maximum);
        return Bytes(length);
    }

    /// <summary>Reserved bytes, which must be zero.</summary>
    public void Zeros(int length) => Require(!Bytes(length).ContainsAnyExcept((byte)0));

    /// <summary>Marks the message as failed unless <paramref name="condition"/> holds.</summary>
    public void Require(bool condition) => _failed |= !condition;
}
