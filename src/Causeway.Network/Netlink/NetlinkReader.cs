using System.Runtime.InteropServices;

namespace Causeway.Network.Netlink;

/// <summary>The messages of one datagram, in order. Lengths are checked against what is there.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    public NetlinkMessage Current { get; private set; }

    /// <summary>Goes to the next message.</summary>
    /// <exception cref="FormatException">A message is longer than the datagram, or bytes are left over.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        if (_rest.Length < NetlinkProtocol.HeaderLength) throw new FormatException("A netlink message ends in its header.");
        var length = MemoryMarshal.Read<uint>(_rest);
        if (length < NetlinkProtocol.HeaderLength || length > _rest.Length) throw new FormatException("A netlink message has an impossible length.");
        Current = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(_rest[4..]),
            MemoryMarshal.Read<ushort>(_rest[6..]),
            MemoryMarshal.Read<uint>(_rest[8..]),
            MemoryMarshal.Read<uint>(_rest[12..]),
            _rest[NetlinkProtocol.HeaderLength..(int)length]);
        _rest = _rest[Math.Min(NetlinkWriter.Align((int)length), _rest.Length)..];
        return true;
    }
}
