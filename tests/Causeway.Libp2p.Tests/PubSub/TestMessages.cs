using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.PubSub;

/// <summary>Messages and RPCs as peers would send them.</summary>
internal static class TestMessages
{
    /// <summary>An encoded message; the signature is just bytes.</summary>
    public static byte[] Encode(PeerId from, string topic, ulong sequence, int size = 10, byte signature = 7)
    {
        var buffer = new byte[size + topic.Length + 200];
        var writer = new WireWriter(buffer);
        writer.WriteField(1, from.Bytes.Span);
        writer.WriteField(2, new byte[size]);
        writer.WriteBigEndianField(3, sequence);
        writer.WriteField(4, topic);
        writer.WriteField(5, new[] { signature });
        return buffer[..writer.Position];
    }

    /// <summary>An RPC with these messages.</summary>
    public static Rpc Publish(params byte[][] messages) => Decode(Frame(2, messages));

    /// <summary>An RPC that joins or leaves topics.</summary>
    public static Rpc Subscribe(bool subscribe, params string[] topics) => new() { Subscriptions = [.. topics.Select(t => new SubscriptionChange(t, subscribe))] };

    /// <summary>An RPC with control messages only.</summary>
    public static Rpc Control(Action<RpcBuilder> fill)
    {
        var builder = new RpcBuilder(1 << 20);
        fill(builder);
        return Decode(builder.Complete().Single().Bytes);
    }

    /// <summary>Decodes a frame that must be right.</summary>
    public static Rpc Decode(ReadOnlyMemory<byte> frame)
    {
        Assert.True(TryDecode(frame, out var rpc));
        return rpc;
    }

    /// <summary>Decodes a frame with its prefix.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> frame, out Rpc rpc)
    {
        var reader = new WireReader(frame.Span);
        Assert.True(reader.TryReadVarint(out var length));
        Assert.Equal(frame.Length - reader.Position, (int)length);
        return new RpcDecoder(RpcLimits.Default).TryDecode(frame, reader.Position, out rpc);
    }

    /// <summary>An RPC frame with one field repeated.</summary>
    public static byte[] Frame(int field, params byte[][] values)
    {
        var size = values.Sum(v => WireWriter.SizeOfField(v.Length));
        var frame = new byte[WireWriter.SizeOf((ulong)size) + size];
        var writer = new WireWriter(frame);
        writer.WriteVarint((ulong)size);
        foreach (var value in values) writer.WriteField(field, value);
        return frame;
    }

    /// <summary>The default ID of a message in go-libp2p's form.</summary>
    public static byte[] GoId(PeerId from, ulong sequence)
    {
        var id = new byte[from.Bytes.Length + 8];
        from.Bytes.CopyTo(id);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(id.AsSpan(from.Bytes.Length), sequence);
        return id;
    }

    /// <summary>The default ID of a message in js-libp2p's form, for IDs that embed the key.</summary>
    public static byte[] JsId(PeerId from, ulong sequence) => GoId(from, sequence)[2..];
}
