using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>
/// What peers advertised and we asked for (gossipsub 1.1, "Spam Protection Measures"). Of each IWANT one ID at random is watched; if nobody delivers
/// that message in time, the advertiser has broken a promise.
/// </summary>
internal sealed class GossipPromises(TimeSpan followup, GossipRandom random)
{
    private readonly Dictionary<MessageId, List<RoutedPeer>> _byMessage = new(MessageIdComparer.Instance);
    private readonly Queue<(MessageId Id, RoutedPeer Peer, TimeSpan Expires)> _order = new();

    /// <summary>Watches one of the IDs that were just asked for.</summary>
    public void Add(RoutedPeer peer, IReadOnlyList<MessageId> asked, TimeSpan now)
    {
        var id = asked[random.Next(asked.Count)];
        if (!_byMessage.TryGetValue(id, out var peers)) _byMessage[id] = peers = [];
        if (peers.Contains(peer)) return;
        peers.Add(peer);
        _order.Enqueue((id, peer, now + followup));
    }

    /// <summary>The message is here: all promises of it are kept.</summary>
    public void Fulfil(MessageId id)
    {
        if (_byMessage.Count > 0) _byMessage.Remove(id);
    }

    /// <summary>Reports promises whose time is up, once each.</summary>
    public void Expire(TimeSpan now, Action<RoutedPeer> broken)
    {
        while (_order.TryPeek(out var oldest) && oldest.Expires <= now)
        {
            _order.Dequeue();
            if (!_byMessage.TryGetValue(oldest.Id, out var peers) || !peers.Remove(oldest.Peer)) continue;
            if (peers.Count == 0) _byMessage.Remove(oldest.Id);
            broken(oldest.Peer);
        }
    }
}
