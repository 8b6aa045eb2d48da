using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Network.Netlink;

/// <summary>The attributes of a message, in order (<c>struct rtattr</c>).</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next attribute.</summary>
    /// <exception cref="FormatException">An attribute is longer than the message, or bytes are left over.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        if (_rest.Length < NetlinkProtocol.AttributeHeaderLength) throw new FormatException("A netlink attribute ends in its header.");
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NetlinkProtocol.AttributeHeaderLength || length > _rest.Length) throw new FormatException("A netlink attribute has an impossible length.");
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & NetlinkProtocol.AttributeTypeMask);
        Value = _rest[NetlinkProtocol.AttributeHeaderLength..length];
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>A number of 32 bits.</summary>
    /// <exception cref="FormatException">The value is not 4 bytes long.</exception>
    public readonly uint ReadUInt32() => Value.Length == sizeof(uint) ? MemoryMarshal.Read<uint>(Value) : throw WrongLength();

    /// <summary>Text up to its terminating zero.</summary>
    /// <exception cref="FormatException">The zero is missing, or not at the end.</exception>
    public readonly string ReadText() =>
        Value.IndexOf((byte)0) == Value.Length - 1 && Value.Length > 0 ? Encoding.UTF8.GetString(Value[..^1]) : throw new FormatException($"Netlink attribute {Type} is not text.");

    /// <summary>An address of the family of the message.</summary>
    /// <exception cref="FormatException">It has the wrong length for the family.</exception>
    public readonly IPAddress ReadAddress(byte family) => (family, Value.Length) switch
    {
        (NetlinkProtocol.FamilyIPv4, 4) or (NetlinkProtocol.FamilyIPv6, 16) => new IPAddress(Value),
        _ => throw WrongLength(),
    };

    private readonly FormatException WrongLength() => new($"Netlink attribute {Type} has the wrong length, {Value.Length}.");
}
