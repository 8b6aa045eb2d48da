using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Scoring;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>Messages: their way from first sight over the verdict to delivery and forwarding.</summary>
internal sealed partial class GossipRouter
{
    /// <summary>Publishes a message of our own. Returns to how many peers it was queued.</summary>
    public int Publish(GossipMessage message)
    {
        Span<byte> id = stackalloc byte[MessageIdScheme.MaxLength];
        message.Id = new MessageId(id[.._ids.TryWrite(message, id)]);
        if (_seen.Find(message.Id) is not null) return 0;
        _seen.Add(message.Id, DeliveryStatus.Valid, Now);
        _cache.Put(message);
        var topic = Topic(message.Topic);
        if (topic.Mesh is not null) _output.Deliver(message);
        var count = 0;
        if (_options.FloodPublish)
        {
            foreach (var peer in topic.Peers) count += ScoreOf(peer) >= _scorer.Thresholds.Publish ? Push(peer, message, FramePriority.Own) : 0;
        }
        else
        {
            count = Spread(topic, topic.Mesh ?? Fanout(topic), message, FramePriority.Own);
        }

        Forget(topic);
        return count;
    }

    /// <summary>The verdict on a message that was handed to <see cref="IGossipOutput.Validate"/>.</summary>
    public void Complete(GossipMessage message, Verdict verdict)
    {
        if (_seen.Find(message.Id) is not { } record || record.Copies?.Remove(message) != true) return;
        if (record.Copies.Count == 0) record.Copies = null;
        if (verdict is not (Verdict.Forged or Verdict.Unchecked)) _promises.Fulfil(message.Id);
        if (!_topics.TryGetValue(message.Topic, out var topic)) topic = null;

        // A genuine message in our name that we do not remember is ours from before a restart with the same key: neighbours offer it for some heartbeats
        // more. It is neither news nor anybody's fault (go-libp2p-pubsub counts it against who brings it, and so punishes the neighbours of who restarts).
        if (verdict == Verdict.Accept && IsOwn(message)) verdict = Verdict.Ignore;
        switch (verdict)
        {
            case Verdict.Forged:
                Blame(message, topic);
                goto case Verdict.Unchecked;
            case Verdict.Unchecked:
                if (record is { Status: DeliveryStatus.Pending, Copies: null }) _seen.Forget(message.Id);
                break;
            case Verdict.Reject:
                if (record.Status == DeliveryStatus.Pending) record.Status = DeliveryStatus.Invalid;
                if (record.Status == DeliveryStatus.Invalid) Blame(message, topic);
                break;
            case Verdict.Ignore:
                if (record.Status == DeliveryStatus.Pending) record.Status = DeliveryStatus.Ignored;
                break;
            case Verdict.Accept when record.Status == DeliveryStatus.Pending:
                record.Status = DeliveryStatus.Valid;
                record.Validated = Now;
                if (topic?.Mesh is not null) Accept(message, topic);
                break;
            case Verdict.Accept when record.Status == DeliveryStatus.Invalid:
                Blame(message, topic);
                break;
        }
    }

    private void OnMessage(RoutedPeer peer, GossipMessage message)
    {
        if (!_topics.TryGetValue(message.Topic, out var topic) || topic.Mesh is null) return;
        Span<byte> id = stackalloc byte[MessageIdScheme.MaxLength];
        id = id[.._ids.TryWrite(message, id)];
        if (id.IsEmpty)
        {
            PeerScorer.DeliverInvalid(peer, topic);
            return;
        }

        message.Source = peer;
        var record = _seen.Find(id);
        if (record is not null)
        {
            OnSeen(peer, message, id, record, topic);
            return;
        }

        message.Id = new MessageId(id);
        record = _seen.Add(message.Id, DeliveryStatus.Pending, Now);
        record.Copies = [message];
        if (message.Data.Length >= _options.IDontWantThreshold) SendIDontWant(peer, message, topic);
        _output.Validate(message);
    }

    private void OnSeen(RoutedPeer peer, GossipMessage message, ReadOnlySpan<byte> id, DeliveryRecord record, TopicState topic)
    {
        PubSubMetrics.Duplicates.Add(1);
        switch (record.Status)
        {
            case DeliveryStatus.Pending:
                OnCopy(peer, message, id, record);
                break;
            case DeliveryStatus.Valid:
                PeerScorer.DeliverAgain(peer, record, topic, Now);
                break;
            case DeliveryStatus.Invalid:
                PeerScorer.DeliverInvalid(peer, topic);
                break;
        }
    }

    // The same bytes share one verification. Other bytes under the same ID are verified for themselves: one of them may be forged.
    private void OnCopy(RoutedPeer peer, GossipMessage message, ReadOnlySpan<byte> id, DeliveryRecord record)
    {
        foreach (var copy in record.Copies!)
        {
            if (!copy.Raw.Span.SequenceEqual(message.Raw.Span)) continue;
            copy.AddSource(peer);
            return;
        }

        if (record.Copies.Count >= DeliveryRecord.MaxCopies) return;
        message.Id = new MessageId(id);
        record.Copies.Add(message);
        _output.Validate(message);
    }

    private void Accept(GossipMessage message, TopicState topic)
    {
        PeerScorer.Deliver(message, topic);
        _output.Deliver(message);
        _cache.Put(message);
        Spread(topic, topic.Mesh!, message, FramePriority.Forward);
    }

    private bool IsOwn(GossipMessage message) => IsBy(message, _self);

    private static void Blame(GossipMessage message, TopicState? topic)
    {
        if (topic is null) return;
        PeerScorer.DeliverInvalid(message.Source!, topic);
        foreach (var peer in message.AlsoFrom ?? []) PeerScorer.DeliverInvalid(peer, topic);
    }

    private int Spread(TopicState topic, HashSet<RoutedPeer> mesh, GossipMessage message, FramePriority priority)
    {
        var count = 0;
        foreach (var peer in topic.Flooded)
        {
            if (ScoreOf(peer) >= _scorer.Thresholds.Publish) count += Push(peer, message, priority);
        }

        foreach (var peer in mesh) count += Push(peer, message, priority);
        return count;
    }

    private int Push(RoutedPeer peer, GossipMessage message, FramePriority priority)
    {
        if (peer == message.Source || message.AlsoFrom?.Contains(peer) == true || peer.Unwanted?.ContainsKey(message.Id) == true) return 0;
        if (IsBy(message, peer.Id)) return 0;
        return _output.Send(peer, message.Frame, priority) ? 1 : 0;
    }

    private static bool IsBy(GossipMessage message, PeerId author) => message.From.Of(message.Raw.Span).SequenceEqual(author.Span);

    private HashSet<RoutedPeer> Fanout(TopicState topic)
    {
        topic.LastPublished = Now;
        topic.Fanout ??= [];
        if (topic.Fanout.Count == 0) topic.Fanout.UnionWith(Pick(topic, _options.MeshDegree, p => CanFanOut(topic, p)));
        return topic.Fanout;
    }

    private bool CanFanOut(TopicState topic, RoutedPeer peer) =>
        peer.IsReady && peer.HasMesh && !peer.IsExplicit && topic.Fanout?.Contains(peer) == false && ScoreOf(peer) >= _scorer.Thresholds.Publish;
}
