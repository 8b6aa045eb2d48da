using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>Encodes whole RPCs with their length prefix.</summary>
internal static class RpcEncoder
{
    /// <summary>An RPC with one message that is encoded already.</summary>
    public static RpcFrame Publish(ReadOnlySpan<byte> message)
    {
        var body = WireWriter.SizeOfField(message.Length);
        var frame = new byte[WireWriter.SizeOf((ulong)body) + body];
        var writer = new WireWriter(frame);
        writer.WriteVarint((ulong)body);
        writer.WriteField(2, message);
        return new RpcFrame(frame);
    }

    /// <summary>The size of the RPC (without its prefix) that carries a message of this size.</summary>
    public static int PublishSize(int messageLength) => WireWriter.SizeOfField(messageLength);

    /// <summary>RPCs that announce topics, none larger than <paramref name="maxSize"/>.</summary>
    public static List<RpcFrame> Subscriptions(IEnumerable<SubscriptionChange> changes, int maxSize)
    {
        var builder = new RpcBuilder(maxSize);
        foreach (var (topic, subscribe) in changes) builder.AddSubscription(topic, subscribe);
        return builder.Complete();
    }
}
