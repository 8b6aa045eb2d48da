using Causeway.Libp2p.PubSub.Messages;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>The last heartbeats' messages (gossipsub 1.0, "Message Cache"): what we gossip about and answer IWANT with. Bounded in heartbeats and bytes.</summary>
internal sealed class MessageCache(int length, int gossip, long maxBytes)
{
    private readonly Dictionary<MessageId, CachedMessage> _messages = new(MessageIdComparer.Instance);
    private readonly Queue<CachedMessage> _order = new();
    private long _bytes;
    private int _tick;

    /// <summary>Messages held.</summary>
    public int Count => _messages.Count;

    /// <summary>Adds a message to the current window.</summary>
    public void Put(GossipMessage message)
    {
        var cached = new CachedMessage(message, _tick);
        if (!_messages.TryAdd(message.Id, cached)) return;
        _order.Enqueue(cached);
        _bytes += message.Raw.Length;
        while (_bytes > maxBytes) Drop();
    }

    /// <summary>The message for a peer that asks for it; null where we do not have it or the peer has asked too often.</summary>
    public GossipMessage? Request(MessageId id, PeerId peer, int limit)
    {
        if (!_messages.TryGetValue(id, out var cached)) return null;
        var sent = cached.Sent ??= [];
        var count = sent.GetValueOrDefault(peer) + 1;
        sent[peer] = count;
        return count <= limit ? cached.Message : null;
    }

    /// <summary>The messages of the gossip windows, by topic, oldest first.</summary>
    public Dictionary<string, List<GossipMessage>> Gossip()
    {
        var topics = new Dictionary<string, List<GossipMessage>>();
        foreach (var cached in _order)
        {
            if (cached.Tick <= _tick - gossip) continue;
            if (!topics.TryGetValue(cached.Message.Topic, out var list)) topics[cached.Message.Topic] = list = [];
            list.Add(cached.Message);
        }

        return topics;
    }

    /// <summary>The messages of a topic in the gossip windows.</summary>
    public List<GossipMessage> Recent(string topic)
    {
        var messages = new List<GossipMessage>();
        foreach (var cached in _order)
        {
            if (cached.Tick > _tick - gossip && cached.Message.Topic == topic) messages.Add(cached.Message);
        }

        return messages;
    }

    /// <summary>Begins a new window and forgets the oldest.</summary>
    public void Shift()
    {
        _tick++;
        while (_order.TryPeek(out var oldest) && oldest.Tick <= _tick - length) Drop();
    }

    private void Drop()
    {
        var oldest = _order.Dequeue();
        _bytes -= oldest.Message.Raw.Length;
        _messages.Remove(oldest.Message.Id);
    }

    private sealed class CachedMessage(GossipMessage message, int tick)
    {
        public GossipMessage Message { get; } = message;

        public int Tick { get; } = tick;

        public Dictionary<PeerId, int>? Sent { get; set; }
    }
}
