using System.Buffers;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>Addresses in one column: each behind its length as a varint.</summary>
internal static class AddressList
{
    public static byte[] Encode(IReadOnlyList<Multiaddress> addresses)
    {
        var writer = new ArrayBufferWriter<byte>();
        foreach (var address in addresses)
        {
            UnsignedVarint.Write(writer, (ulong)address.Bytes.Length);
            writer.Write(address.Bytes.Span);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads as much as can be read: the file is ours, but disks err.</summary>
    public static IReadOnlyList<Multiaddress> Decode(ReadOnlySpan<byte> encoded)
    {
        var addresses = new List<Multiaddress>();
        while (UnsignedVarint.TryRead(encoded, out var length, out var read) && length <= (ulong)(encoded.Length - read))
        {
            if (Multiaddress.TryFromBytes(encoded.Slice(read, (int)length), out var address)) addresses.Add(address);
            encoded = encoded[(read + (int)length)..];
        }

        return addresses;
    }
}
