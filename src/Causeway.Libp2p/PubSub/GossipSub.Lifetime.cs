using System.Diagnostics;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub.Service;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub;

/// <content>Starting, heartbeats and stopping.</content>
public sealed partial class GossipSub
{
    // A peer's old stream may linger for a moment when it opens another one.
    private const int MaxInboundStreams = 4;

    private readonly List<IDisposable> _served = [];
    private ITimer? _heartbeat;
    private int _started;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _started, 1) != 0) throw new InvalidOperationException("Pub/sub was started already.");
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var peer in _options.ExplicitPeers) _host.Connections.Protect(peer, "pubsub:explicit");
        _host.Changed += OnHostChanged;
        foreach (var protocol in PubSubProtocols.All)
        {
            _served.Add(_host.Handle(protocol, ServeAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = MaxInboundStreams, AllowLimited = _options.AllowLimited }));
        }

        foreach (var connection in _host.Connections.All) Know(connection.RemotePeer);
        _heartbeat = _clock.CreateTimer(
            static state =>
            {
                var self = (GossipSub)state!;
                self._queue.Post(static (owner, _, _) => owner.OnHeartbeat());
            },
            this,
            _options.HeartbeatInitialDelay,
            _options.HeartbeatInterval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        if (_heartbeat is not null) await _heartbeat.DisposeAsync();
        _host.Changed -= OnHostChanged;
        foreach (var served in _served) served.Dispose();
        foreach (var peer in _options.ExplicitPeers) _host.Connections.Unprotect(peer, "pubsub:explicit");
        _subscriptions.Close();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(static (self, done, _) => self.Close((TaskCompletionSource)done!), closed);
        await closed.Task;
        _stopping.Dispose();
    }

    private void Close(TaskCompletionSource closed)
    {
        foreach (var link in _links.Values.ToArray())
        {
            CloseWriter(link, graceful: true);
            link.AbortReaders();
            RemoveRouted(link);
        }

        _links.Clear();
        ReleasePublishers();
        foreach (var waiter in _meshWaiters.Values) waiter.TrySetException(new ObjectDisposedException(nameof(GossipSub)));
        _meshWaiters.Clear();
        closed.TrySetResult();
    }

    private void OnHostChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.PeerIdentified identified:
                Know(identified.Peer);
                break;
            case HostEvent.ConnectionClosed { Last: true } closed:
                _queue.Post(static (self, p, _) => self.OnDisconnected((PeerId)p!), closed.Connection.RemotePeer);
                break;
        }
    }

    private void Know(PeerId peer) => _queue.Post(static (self, p, _) => self.OnPeerKnown((PeerId)p!), peer);

    private void OnHeartbeat()
    {
        if (_stopping.IsCancellationRequested) return;
        var started = Stopwatch.GetTimestamp();
        var now = Now;
        foreach (var link in _links.Values)
        {
            if (link.RetryAt <= now) EnsureOpen(link);

            // Half an RPC and then silence: as a write that is not taken, but on the other side.
            if (link.Reader?.PendingFor > _options.WriteTimeout) link.Reader.Stream.Abort();
            if (link.Leaving?.PendingFor > _options.WriteTimeout) link.Leaving.Stream.Abort();
        }

        ReleasePublishers();
        _patience = _options.HeartbeatInterval / 2;
        _router.Heartbeat();
        PubSubMetrics.HeartbeatDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
