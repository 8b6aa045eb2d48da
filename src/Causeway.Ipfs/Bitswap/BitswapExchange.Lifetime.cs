using Causeway.Ipfs.Bitswap.Client;
using Causeway.Ipfs.Bitswap.Peers;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <content>Starting, peers that come and go, time, stopping.</content>
public sealed partial class BitswapExchange
{
    // js peers open a stream for each message, up to 50 at once.
    private const int MaxInboundStreams = 128;
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        _host.Changed += OnHostChanged;
        _served = _host.Handle(ProtocolId, ReceiveAllAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = MaxInboundStreams, AllowLimited = Options.AllowLimited });
        foreach (var connection in _host.Connections.All) OnIdentified(connection.RemotePeer);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        _host.Changed -= OnHostChanged;
        _served?.Dispose();
        await _timer.DisposeAsync();
        InClient(now =>
        {
            foreach (var session in _client.Sessions.ToArray()) session.Abort(new ObjectDisposedException(nameof(BitswapExchange)));
        });
        foreach (var peer in _links.Keys) await DropLinkAsync(peer);
    }

    /// <summary>Changes the client's state, and does what follows from it.</summary>
    internal void InClient(Action<TimeSpan> change)
    {
        ClientOutput output;
        lock (_clientLock)
        {
            change(Now);
            output = _client.TakeOutput();
            if (_isTicking != _client.WantCount > 0 && !_stopping.IsCancellationRequested)
            {
                _isTicking = !_isTicking;
                var interval = _isTicking ? TickInterval : Timeout.InfiniteTimeSpan;
                _timer.Change(interval, interval);
            }
        }

        foreach (var peer in output.Told) LinkTo(peer).Kick();
        foreach (var (want, error) in output.Failed) want.Fail(error);
        foreach (var (session, cid) in output.Searches) _ = SearchAsync(session, cid);
    }

    /// <summary>A peer's stream broke: it is told again what we want.</summary>
    internal void TellAgain(PeerLink link)
    {
        lock (_clientLock) _client.TellAgain(link.Peer);
        link.Kick();
    }

    /// <summary>A peer cannot be talked to.</summary>
    internal void GiveUp(PeerLink link) => OnGone(link.Peer);

    /// <summary>Says how much a peer's connection is worth to us.</summary>
    internal void Weigh(PeerId peer, int value) => _host.Connections.Tag(peer, "bitswap", value);

    private void OnTick() => InClient(_client.OnTick);

    private void OnHostChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.PeerIdentified { Peer: var peer }:
                OnIdentified(peer);
                break;
            case HostEvent.ConnectionClosed { Connection.RemotePeer: var peer, Last: true }:
                OnGone(peer);
                _ = DropLinkAsync(peer);
                break;
        }
    }

    private void OnIdentified(PeerId peer)
    {
        if (!_host.Peers.ProtocolsOf(peer).Contains(ProtocolId)) return;
        if (_host.Connections.To(peer).Any(connection => Options.AllowLimited || !connection.IsLimited)) OnConnected(peer);
    }

    private void OnConnected(PeerId peer)
    {
        if (!IsBanned(peer)) InClient(now => _client.OnConnected(peer, now));
    }

    private void OnGone(PeerId peer)
    {
        InClient(now => _client.OnDisconnected(peer, now));
        lock (_serverLock) _server.Remove(peer);
    }

    private async Task DropLinkAsync(PeerId peer)
    {
        if (_links.TryRemove(peer, out var link)) await link.DisposeAsync();
    }
}
