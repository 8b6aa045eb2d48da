using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Service;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub;

/// <content>What the router decides, carried out.</content>
public sealed partial class GossipSub
{
    // The connection manager's weight for a mesh peer (go-libp2p-pubsub, tag_tracer.go: GossipSubConnTagValueMeshPeer).
    private const int MeshTagValue = 20;

    private readonly List<PeerLink> _dirty = [];
    private readonly Dictionary<string, TaskCompletionSource> _meshWaiters = [];

    /// <inheritdoc/>
    public Task WaitForMeshAsync(string topic, CancellationToken cancellationToken = default)
    {
        lock (_state)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_router.MeshOf(topic).Count > 0) return Task.CompletedTask;
            if (!_meshWaiters.TryGetValue(topic, out var waiter))
            {
                _meshWaiters[topic] = waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return waiter.Task.WaitAsync(cancellationToken);
        }
    }

    private void KickWriters()
    {
        foreach (var link in _dirty)
        {
            link.IsDirty = false;
            link.Writer?.Kick();
        }

        _dirty.Clear();
    }

    private void Notify(TopicPeerChange change)
    {
        if (PeerChanged is null) return;
        _notifications.Post(static (self, c, _) => self.PeerChanged?.Invoke((TopicPeerChange)c!), change);
    }

    private void OnMeshChanged(string topic, RoutedPeer peer, bool added)
    {
        _host.Connections.Tag(peer.Id, "pubsub:" + topic, added ? MeshTagValue : 0);
        if (!added)
        {
            PubSubMetrics.MeshRemoved.Add(1);
            _log.MeshRemoved(peer.Id, topic);
            return;
        }

        PubSubMetrics.MeshAdded.Add(1);
        _log.MeshAdded(peer.Id, topic);
        if (_meshWaiters.Remove(topic, out var waiter)) waiter.TrySetResult();
    }

    private sealed class Output(GossipSub owner) : IGossipOutput
    {
        public bool Send(RoutedPeer peer, RpcFrame frame, FramePriority priority)
        {
            var link = (PeerLink)peer.Link!;
            if (!link.IsWritable) return false;
            var added = link.Queue.TryAdd(frame, priority, out var dropped);
            if (dropped > 0)
            {
                peer.HasMissed = true;
                PubSubMetrics.DroppedFrames.Add(dropped);
                owner._log.Dropped(link.Peer, dropped);
            }

            if (priority == FramePriority.Own)
            {
                owner._ownSent++;
                if (link.Queue.IsBusy) owner._ownBusy++;
            }

            if (added && !link.IsDirty)
            {
                link.IsDirty = true;
                owner._dirty.Add(link);
            }

            return added;
        }

        public void Validate(GossipMessage message) => owner._pipeline.Add(message);

        public void Deliver(GossipMessage message) => owner._subscriptions.Deliver(message, owner._host.Id);

        public void PeerChanged(string topic, PeerId peer, bool joined) => owner.Notify(new TopicPeerChange(topic, peer, joined));

        public void MeshChanged(string topic, RoutedPeer peer, bool added) => owner.OnMeshChanged(topic, peer, added);

        public void Connect(PeerId peer, ReadOnlyMemory<byte> signedRecord) => owner._connector.Add(peer, signedRecord);

        public ReadOnlyMemory<byte> SignedRecordOf(PeerId peer) => owner._host.Peers.SignedRecordOf(peer) ?? default;
    }
}
