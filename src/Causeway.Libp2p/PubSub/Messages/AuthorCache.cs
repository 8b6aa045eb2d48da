using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// Recent authors, process-wide: their IDs are parsed and their keys set up once instead of with every message. Two generations; the older one is
/// forgotten when the younger is full. Thread-safe.
/// </summary>
internal sealed class AuthorCache(int capacity)
{
    private readonly Lock _lock = new();
    private Dictionary<MessageId, PeerId> _young = new(MessageIdComparer.Instance);
    private Dictionary<MessageId, PeerId> _old = new(MessageIdComparer.Instance);
    private Dictionary<PeerId, PublicKey> _keys = [];

    /// <summary>The process's.</summary>
    public static AuthorCache Shared { get; } = new(4096);

    /// <summary>The author with these ID bytes; null where they are no peer ID.</summary>
    public PeerId? Find(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(bytes, out var known)) return known;
            if (!_old.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(bytes, out known) && !PeerId.TryFromBytes(bytes, out known)) return null;
            if (_young.Count >= capacity) (_old, _young) = (_young, new Dictionary<MessageId, PeerId>(MessageIdComparer.Instance));
            _young[new MessageId(bytes)] = known;
            return known;
        }
    }

    /// <summary>The key of an author whose ID is a hash of it; null where the encoded key is not that author's.</summary>
    public PublicKey? FindKey(PeerId author, ReadOnlySpan<byte> encoded)
    {
        lock (_lock)
        {
            if (_keys.TryGetValue(author, out var known)) return known.ToProtobuf().AsSpan().SequenceEqual(encoded) ? known : null;
        }

        PublicKey key;
        try
        {
            key = PublicKey.FromProtobuf(encoded);
        }
        catch (FormatException)
        {
            return null;
        }

        if (!PeerId.FromPublicKey(key).Equals(author)) return null;
        lock (_lock)
        {
            if (_keys.Count >= capacity) _keys = [];
            _keys[author] = key;
        }

        return key;
    }
}
