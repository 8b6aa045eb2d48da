using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Tunnel.Protocol.Wire;

/// <summary>The 19 bytes of an address (tunnel protocol §2.1): family u8 (4 or 6; 0: none) ‖ port u16 ‖ 16 bytes, IPv4 in its mapped form.</summary>
public static class WireAddress
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 19;

    /// <summary>Writes an address, or 19 zeros for none. An IPv4-mapped IPv6 address is written as the IPv4 address it stands for; scopes are not written.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter than 19 bytes, or the address neither IPv4 nor IPv6.</exception>
    public static void Write(Span<byte> destination, IPEndPoint? address)
    {
        destination = destination[..Size];
        destination.Clear();
        if (address is null) return;
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork || address.Address.IsIPv4MappedToIPv6;
        destination[0] = (byte)(isIPv4 ? 4 : 6);
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)address.Port);
        if (!address.Address.MapToIPv6().TryWriteBytes(destination[3..], out _)) throw new ArgumentException("Neither IPv4 nor IPv6.", nameof(address));
    }

    /// <summary>Reads an address; null for none. False if the bytes are not exactly one valid address: every address has one encoding only.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out IPEndPoint? address)
    {
        address = null;
        if (source.Length != Size) return false;
        if (source[0] == 0) return !source.ContainsAnyExcept((byte)0);
        var ip = new IPAddress(source[3..]);
        if (source[0] != (ip.IsIPv4MappedToIPv6 ? 4 : 6)) return false;
        address = new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, BinaryPrimitives.ReadUInt16BigEndian(source[1..]));
        return true;
    }
}
