using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Network.Netlink;

/// <summary>One message: the fields of <c>nlmsghdr</c> and what follows it.</summary>
internal readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, uint port, ReadOnlySpan<byte> payload)
{
    public ushort Type { get; } = type;

    public ushort Flags { get; } = flags;

    public uint Sequence { get; } = sequence;

    /// <summary>The port of the socket whose request it answers; 0 in messages that nobody asked for.</summary>
    public uint Port { get; } = port;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>The error number of an error message or of the end of a dump; 0 is an acknowledgement.</summary>
    /// <exception cref="FormatException">The payload is too short, or the number is not one.</exception>
    public int ReadErrno()
    {
        if (Payload.Length < sizeof(int)) throw new FormatException("A netlink error has no number.");
        var number = MemoryMarshal.Read<int>(Payload);
        return number is <= 0 and > -4096 ? -number : throw new FormatException("A netlink error has an impossible number.");
    }

    /// <summary>The kernel's own words for an error (NETLINK_EXT_ACK), if it had some.</summary>
    /// <exception cref="FormatException">The attributes are malformed.</exception>
    public string? ReadErrorText()
    {
        if ((Flags & NetlinkProtocol.ExtendedAcknowledgement) == 0) return null;
        var request = Payload[sizeof(int)..];
        if (request.Length < NetlinkProtocol.HeaderLength) throw new FormatException("A netlink error ends in the header of the request.");
        // The whole request comes back, unless its payload was cut off.
        var length = (Flags & NetlinkProtocol.Capped) != 0 ? NetlinkProtocol.HeaderLength : MemoryMarshal.Read<uint>(request);
        if (length < NetlinkProtocol.HeaderLength || length > request.Length) throw new FormatException("A netlink error quotes more than it holds.");
        var attributes = new AttributeReader(request[Math.Min(NetlinkWriter.Align((int)length), request.Length)..]);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NetlinkProtocol.ErrorMessage) return Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
        }

        return null;
    }
}
