using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Network.Netlink;

/// <summary>Writes one netlink request into a buffer: header, then the family's own header, then attributes, all in the machine's byte order.</summary>
internal ref struct NetlinkWriter
{
    private readonly Span<byte> _buffer;

    public NetlinkWriter(Span<byte> buffer, ushort type, ushort flags, uint sequence)
    {
        _buffer = buffer;
        buffer.Clear();
        MemoryMarshal.Write(buffer[4..], type);
        MemoryMarshal.Write(buffer[6..], (ushort)(flags | NetlinkProtocol.Request));
        MemoryMarshal.Write(buffer[8..], sequence);
        Length = NetlinkProtocol.HeaderLength;
    }

    public int Length { get; private set; }

    /// <summary>Room for a header of fixed length, all zero.</summary>
    public Span<byte> Reserve(int length)
    {
        var space = _buffer.Slice(Length, length);
        Length += Align(length);
        return space;
    }

    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var space = Reserve(NetlinkProtocol.AttributeHeaderLength + value.Length);
        MemoryMarshal.Write(space, (ushort)space.Length);
        MemoryMarshal.Write(space[2..], type);
        value.CopyTo(space[NetlinkProtocol.AttributeHeaderLength..]);
    }

    public void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, value);
        Attribute(type, bytes);
    }

    /// <summary>Text with its terminating zero.</summary>
    public void Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    public void Attribute(ushort type, IPAddress value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, out var length);
        Attribute(type, bytes[..length]);
    }

    /// <summary>Fills in the length and returns the request.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        MemoryMarshal.Write(_buffer, (uint)Length);
        return _buffer[..Length];
    }

    public static byte FamilyOf(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => NetlinkProtocol.FamilyIPv4,
        AddressFamily.InterNetworkV6 => NetlinkProtocol.FamilyIPv6,
        _ => throw new ArgumentException($"{address} is neither an IPv4 nor an IPv6 address.", nameof(address)),
    };

    internal static int Align(int length) => (length + 3) & ~3;
}
