using System.Globalization;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>Encodes messages as they travel: behind their length as a varint.</summary>
internal static class KademliaEncoder
{
    /// <summary>Encodes a message with its length prefix. Providers that would make it too large are left out.</summary>
    public static byte[] Encode(KademliaMessage message)
    {
        var time = message.Record?.ReceivedAt is { } at ? FormatTime(at) : null;
        var size = 0;
        if (message.Type != KademliaMessageType.PutValue) size += 2;
        if (!message.Key.IsEmpty) size += WireWriter.SizeOfField(message.Key.Length);
        var recordSize = message.Record is { } record ? SizeOf(record, time) : 0;
        if (message.Record is not null) size += WireWriter.SizeOfField(recordSize);
        foreach (var peer in message.CloserPeers) size += WireWriter.SizeOfField(SizeOf(peer));
        var providers = 0;
        foreach (var peer in message.ProviderPeers)
        {
            var more = WireWriter.SizeOfField(SizeOf(peer));
            if (size + more > KademliaLimits.MaxMessageSize) break;
            size += more;
            providers++;
        }

        var frame = new byte[WireWriter.SizeOf((ulong)size) + size];
        var writer = new WireWriter(frame);
        writer.WriteVarint((ulong)size);
        if (message.Type != KademliaMessageType.PutValue) writer.WriteVarintField(1, (ulong)message.Type);
        if (!message.Key.IsEmpty) writer.WriteField(2, message.Key.Span);
        if (message.Record is not null)
        {
            writer.WriteHeader(3, recordSize);
            Write(ref writer, message.Record, time);
        }

        foreach (var peer in message.CloserPeers) Write(ref writer, 8, peer);
        foreach (var peer in message.ProviderPeers.Take(providers)) Write(ref writer, 9, peer);
        return frame;
    }

    private static int SizeOf(KademliaRecord record, string? time) =>
        WireWriter.SizeOfField(record.Key.Length) + WireWriter.SizeOfField(record.Value.Length) + (time is null ? 0 : WireWriter.SizeOfField(time));

    private static int SizeOf(KademliaPeer peer)
    {
        var size = WireWriter.SizeOfField(peer.Peer.Span.Length);
        foreach (var address in peer.Addresses) size += WireWriter.SizeOfField(address.Bytes.Length);
        return peer.Connection == KademliaConnection.NotConnected ? size : size + 2;
    }

    private static void Write(ref WireWriter writer, KademliaRecord record, string? time)
    {
        writer.WriteField(1, record.Key.Span);
        writer.WriteField(2, record.Value.Span);
        if (time is not null) writer.WriteField(5, time);
    }

    private static void Write(ref WireWriter writer, int field, KademliaPeer peer)
    {
        writer.WriteHeader(field, SizeOf(peer));
        writer.WriteField(1, peer.Peer.Span);
        foreach (var address in peer.Addresses) writer.WriteField(2, address.Bytes.Span);
        if (peer.Connection != KademliaConnection.NotConnected) writer.WriteVarintField(3, (ulong)peer.Connection);
    }

    // RFC 3339 with a fraction: js-libp2p takes no time without one.
    private static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
}
