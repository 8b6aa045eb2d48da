using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>
/// Decodes RPCs (pubsub spec, "The RPC"; gossipsub 1.0 to 1.2, "Protobuf"). What it returns are views of the frame, so the frame must not be
/// written again. Unknown fields of an RPC are stepped over; anything malformed fails the whole RPC. One per stream, not thread-safe.
/// </summary>
internal sealed class RpcDecoder(RpcLimits limits)
{
    // A message is kept for a while; it takes its own copy where the frame around it is much larger.
    private const int LargeFrame = 4096;

    private readonly TopicNames _topics = new(limits.MaxTopicLength);

    /// <summary>Decodes one frame.</summary>
    /// <param name="frame">The whole frame with its length prefix, owned by the result from here on.</param>
    /// <param name="start">Where the prefix ends and the RPC begins.</param>
    /// <param name="rpc">What it says.</param>
    public bool TryDecode(ReadOnlyMemory<byte> frame, int start, out Rpc rpc)
    {
        rpc = new Rpc();
        var body = frame[start..];
        var reader = new WireReader(body.Span);
        var fields = 0;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            fields++;
            if (field is < 1 or > 3)
            {
                if (!reader.TrySkip(wireType)) return false;
                continue;
            }

            if (wireType != 2 || !reader.TryReadSlice(out var slice)) return false;
            var value = slice.Of(body);
            var ok = field switch
            {
                1 => TryAddSubscription(rpc, value.Span),
                2 => TryAddMessage(rpc, frame.Length > LargeFrame && value.Length < frame.Length / 4 ? value.ToArray() : value),
                _ => RpcControlDecoder.TryDecode(value, rpc.Control ??= new RpcControl(), _topics, limits, rpc),
            };
            if (!ok) return false;
        }

        // The common RPC is one message and nothing else: then the frame that came in is also the one that goes out.
        if (fields == 1 && reader.IsMinimal && rpc.Messages is [var only] && IsPublishOf(only, frame, start)) only.WithFrame(frame);
        return true;
    }

    private static bool IsPublishOf(GossipMessage message, ReadOnlyMemory<byte> frame, int start)
    {
        var body = WireWriter.SizeOfField(message.Raw.Length);
        return body == frame.Length - start && WireWriter.SizeOf((ulong)body) == start;
    }

    private bool TryAddSubscription(Rpc rpc, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var subscribe = false;
        var topic = Slice.Absent;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field == 1)
            {
                if (wireType != 0 || !reader.TryReadVarint(out var flag)) return false;
                subscribe = flag != 0;
            }
            else if (field == 2)
            {
                if (wireType != 2 || !reader.TryReadSlice(out topic)) return false;
            }
            else if (!reader.TrySkip(wireType))
            {
                return false;
            }
        }

        if (rpc.Subscriptions?.Count >= limits.MaxSubscriptions)
        {
            rpc.Skipped++;
            return true;
        }

        if (!_topics.TryRead(topic.Of(body), out var name)) return false;
        (rpc.Subscriptions ??= []).Add(new SubscriptionChange(name, subscribe));
        return true;
    }

    private bool TryAddMessage(Rpc rpc, ReadOnlyMemory<byte> body)
    {
        if (rpc.Messages?.Count >= limits.MaxMessages)
        {
            rpc.Skipped++;
            return true;
        }

        if (!MessageDecoder.TryDecode(body, _topics, out var message)) return false;
        (rpc.Messages ??= new List<GossipMessage>(1)).Add(message);
        return true;
    }
}
