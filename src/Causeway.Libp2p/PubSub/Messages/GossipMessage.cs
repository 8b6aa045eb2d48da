using System.Buffers.Binary;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// One message as it is on the wire: a view of its encoding (fields in ascending order), which is what gets verified, remembered and
/// forwarded. Nothing is encoded a second time.
/// </summary>
internal sealed class GossipMessage
{
    private RpcFrame? _frame;

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The encoded <c>Message</c>.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Field 1: the author's peer ID bytes.</summary>
    public required Slice From { get; init; }

    /// <summary>Field 2: the payload.</summary>
    public required Slice Data { get; init; }

    /// <summary>Field 3: the sequence number.</summary>
    public required Slice SequenceNumber { get; init; }

    /// <summary>Field 5: the signature.</summary>
    public required Slice Signature { get; init; }

    /// <summary>Field 6: the author's key.</summary>
    public required Slice Key { get; init; }

    /// <summary>The length of the fields before the signature: what is signed, apart from <see cref="Unknown"/>.</summary>
    public required int SignedLength { get; init; }

    /// <summary>Fields that nobody here knows; they are signed too (pubsub spec, "Message Signing") and are kept at the end.</summary>
    public Slice Unknown { get; init; } = Slice.Absent;

    /// <summary>The identity under which it is remembered.</summary>
    public MessageId Id { get; set; }

    /// <summary>The neighbour that handed it to us; null for our own.</summary>
    public RoutedPeer? Source { get; set; }

    /// <summary>Neighbours that handed us the same bytes while these were being verified.</summary>
    public List<RoutedPeer>? AlsoFrom { get; set; }

    /// <summary>The author, once verified.</summary>
    public PeerId? Author { get; set; }

    /// <summary>The RPC that carries just this message, with its length prefix: encoded once, sent to many.</summary>
    public RpcFrame Frame => _frame ??= RpcEncoder.Publish(Raw.Span);

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Data.Of(Raw);

    /// <summary>The sequence number as a number; 0 where it does not have 8 bytes.</summary>
    public ulong Sequence => SequenceNumber.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(SequenceNumber.Of(Raw.Span)) : 0;

    /// <summary>The message as applications see it. Only after its author was verified.</summary>
    public PubSubMessage ToPublic(PeerId receivedFrom) => new(Topic, Author!, Payload, Sequence, receivedFrom);

    /// <summary>Takes the frame it came in, which holds nothing else, as the one to forward.</summary>
    public GossipMessage WithFrame(ReadOnlyMemory<byte> frame)
    {
        _frame = new RpcFrame(frame);
        return this;
    }

    /// <summary>Remembers that <paramref name="peer"/> had it as well. True the first time.</summary>
    public bool AddSource(RoutedPeer peer)
    {
        if (peer == Source || AlsoFrom?.Contains(peer) == true) return false;
        (AlsoFrom ??= []).Add(peer);
        return true;
    }
}
