using System.Net;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.PubSub.Service;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub;

/// <content>
/// Streams to and from peers. All but <see cref="ServeAsync"/>, <see cref="OpenAsync"/> and <see cref="WatchAsync"/> runs on the router's queue.
/// </content>
public sealed partial class GossipSub
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(15);

    private readonly Dictionary<PeerId, PeerLink> _links = [];

    private async Task ServeAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var reader = new FrameReader(
            stream,
            _limits,
            _options.MaxRpcSize,
            _clock,
            (from, rpc) => _queue.Post(static (self, r, p) => self.OnRpc((FrameReader)r!, (Rpc)p!), from, rpc));
        _queue.Post(static (self, r, _) => self.OnInbound((FrameReader)r!), reader);
        try
        {
            await reader.RunAsync(cancellationToken);
        }
        catch (Libp2pException error) when (error.Error == Libp2pError.ProtocolViolation)
        {
            PubSubMetrics.Malformed.Add(1);
            _log.Malformed(reader.Peer, error.Message);
            _queue.Post(static (self, p, _) => self._router.PenalizeMalformed((PeerId)p!), reader.Peer);
            throw;
        }
        finally
        {
            _queue.Post(static (self, r, _) => self.OnInboundEnded((FrameReader)r!), reader);
        }
    }

    private PeerLink Link(PeerId peer)
    {
        if (_links.TryGetValue(peer, out var link)) return link;
        link = new PeerLink(peer, new FrameQueue(_options.OutboundQueueLength, _options.OutboundQueueBytes));
        _links.Add(peer, link);
        return link;
    }

    private void OnInbound(FrameReader reader)
    {
        if (_stopping.IsCancellationRequested || !_host.Connections.IsConnected(reader.Peer))
        {
            reader.Stream.Abort();
            return;
        }

        var link = Link(reader.Peer);
        reader.IsTakingOver = link.Reader is { } before && before.Stream.Connection != reader.Stream.Connection;
        link.Leaving?.Stream.Abort();
        link.Leaving = reader.IsTakingOver ? link.Reader : null;
        if (!reader.IsTakingOver)
        {
            if (link.Routed is { } known) _router.KeepTopics(known, []);
            link.Reader?.Stream.Abort();
        }

        link.Reader = reader;
        reader.Link = link;
        link.Routed ??= AddRouted(link, reader.Stream, ready: false);
        EnsureOpen(link);
    }

    private void OnInboundEnded(FrameReader reader)
    {
        if (reader.Link is not { } link) return;
        if (link.Leaving == reader) link.Leaving = null;
        if (link.Reader != reader) return;
        link.Reader = null;
        if (!link.IsWritable) RemoveRouted(link);
    }

    private void OnRpc(FrameReader reader, Rpc rpc)
    {
        try
        {
            if (reader.Link is not { Routed: { } routed } link) return;

            // What it says of itself it says again on the stream that takes over.
            if (link.Leaving == reader) rpc = new Rpc { Messages = rpc.Messages, Subscriptions = link.Reader is { IsTakingOver: true } ? rpc.Subscriptions : null };
            else if (link.Reader != reader) return;
            else if (reader.IsTakingOver && rpc.Subscriptions is { } named)
            {
                reader.IsTakingOver = false;
                _router.KeepTopics(routed, named);
            }

            if (rpc.Messages is { } messages) PubSubMetrics.Received.Add(messages.Count);
            _router.Receive(link.Peer, rpc);
        }
        finally
        {
            reader.Release();
        }
    }

    private void OnPeerKnown(PeerId peer)
    {
        if (!_host.Connections.IsConnected(peer)) return;
        var spoken = _host.Peers.ProtocolsOf(peer);
        var speaks = spoken.Count > 0 && PubSubProtocols.Proposal(spoken) is not null;
        if (speaks || _links.ContainsKey(peer)) EnsureOpen(Link(peer));
    }

    private void EnsureOpen(PeerLink link)
    {
        if (link.IsOpening || link.RetryAt > Now || _stopping.IsCancellationRequested) return;
        var spoken = _host.Peers.ProtocolsOf(link.Peer);
        var proposal = spoken.Count == 0 && link.Reader is { } reader ? [reader.Stream.Protocol] : PubSubProtocols.Proposal(spoken);
        var connection = _host.Connections.To(link.Peer).FirstOrDefault(c => !c.IsLimited || _options.AllowLimited);
        if (proposal is null || connection is null) return;

        // A stream moves from a relay to a direct connection, and never back while it holds.
        if (link.Writer is { } writer && (connection.IsRelayed || !writer.Stream.Connection.IsRelayed)) return;
        link.IsOpening = true;
        link.Retry();
        _ = Task.Run(() => OpenAsync(link, connection, proposal));
    }

    private async Task OpenAsync(PeerLink link, IConnection connection, IReadOnlyList<string> proposal)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            timeout.CancelAfter(OpenTimeout);
            var stream = await connection.OpenStreamAsync(proposal, timeout.Token);
            _queue.Post(static (self, l, s) => self.OnOpened((PeerLink)l!, (Libp2pStream)s!), link, stream);
        }
        catch (Exception error)
        {
            _queue.Post(static (self, l, e) => self.OnOpenFailed((PeerLink)l!, (Exception)e!), link, error);
        }
    }

    private void OnOpened(PeerLink link, Libp2pStream stream)
    {
        if (link.Writer is { } old && _links.GetValueOrDefault(link.Peer) == link)
        {
            // What is queued meanwhile waits for the new stream.
            link.Writer = null;
            PubSubMetrics.Peers.Add(-1, new KeyValuePair<string, object?>("protocol", old.Stream.Protocol));
            _ = Task.Run(async () =>
            {
                await old.RetireAsync();
                _queue.Post(static (self, l, s) => self.OnOpened((PeerLink)l!, (Libp2pStream)s!), link, stream);
            });
            return;
        }

        link.IsOpening = false;
        if (_stopping.IsCancellationRequested || _links.GetValueOrDefault(link.Peer) != link)
        {
            stream.Abort();
            _ = stream.DisposeAsync().AsTask();
            return;
        }

        _log.StreamOpened(link.Peer, stream.Protocol);
        PubSubMetrics.Peers.Add(1, new KeyValuePair<string, object?>("protocol", stream.Protocol));
        var writer = new FrameWriter(
            stream,
            link.Queue,
            _options.WriteTimeout,
            _clock,
            (w, error) => _queue.Post(static (self, failed, e) => self.OnBroken((FrameWriter)failed!, (Exception)e!), w, error),
            _ => _queue.Post(static (self, _, _) => self.ReleasePublishers()));
        link.Writer = writer;
        link.Opened(Now);
        if (link.Routed is { } routed) _router.SetReady(routed, PubSubProtocols.VersionOf(stream.Protocol));
        else link.Routed = AddRouted(link, stream, ready: true);
        writer.Kick();
        _ = WatchAsync(writer);
    }

    private void OnOpenFailed(PeerLink link, Exception error)
    {
        link.IsOpening = false;
        link.Failed(Now);
        _log.StreamFailed(link.Peer, error.Message);
        if (link.Writer is not null || link.Reader is not null) return;

        // Who talks to us is there, and gets at the next attempt what waits for it.
        link.Queue.Clear();
        RemoveRouted(link);
    }

    // Nothing is expected on this stream; waiting for it shows a refusal of the protocol, and then a reset.
    private async Task WatchAsync(FrameWriter writer)
    {
        try
        {
#pragma warning disable CA2022
            _ = await writer.Stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
#pragma warning restore CA2022
            await writer.Stream.WritesClosed;
        }
        catch (Exception error)
        {
            _queue.Post(static (self, w, e) => self.OnBroken((FrameWriter)w!, (Exception)e!), writer, error);
        }
    }

    private void OnBroken(FrameWriter writer, Exception error)
    {
        var peer = writer.Stream.Connection.RemotePeer;
        if (!_links.TryGetValue(peer, out var link) || link.Writer != writer) return;
        _log.StreamBroke(peer, error.Message);
        CloseWriter(link, graceful: false);
        link.Failed(Now);
        if (link.Reader is null) RemoveRouted(link);
        else _router.SetUnready(link.Routed!);
    }

    private void OnDisconnected(PeerId peer)
    {
        if (_host.Connections.IsConnected(peer) || !_links.Remove(peer, out var link)) return;
        CloseWriter(link, graceful: false);
        link.AbortReaders();
        RemoveRouted(link);
    }

    private Routing.RoutedPeer AddRouted(PeerLink link, Libp2pStream stream, bool ready)
    {
        var connections = _host.Connections.To(link.Peer);
        return _router.AddPeer(
            link.Peer,
            PubSubProtocols.VersionOf(stream.Protocol),
            connections.Any(c => c.Role == ConnectionRole.Initiator && !c.IsLimited),
            connections.Select(AddressOf).OfType<IPAddress>(),
            FormOf(link.Peer),
            link,
            ready);
    }

    private void RemoveRouted(PeerLink link)
    {
        if (link.Routed is null) return;
        link.Routed = null;
        _router.RemovePeer(link.Peer);
    }

    private static void CloseWriter(PeerLink link, bool graceful)
    {
        if (link.Writer is not { } writer) return;
        link.Writer = null;
        if (!graceful) link.Queue.Clear();
        PubSubMetrics.Peers.Add(-1, new KeyValuePair<string, object?>("protocol", writer.Stream.Protocol));
        _ = Task.Run(() => writer.StopAsync(graceful));
    }

    private static IPAddress? AddressOf(IConnection connection) =>
        connection.RemoteAddress.TryGetTcpEndPoint(out var endPoint) ? endPoint.Address : null;

    // js-libp2p and what is built on it name themselves so (its default agent, and helia's).
    private MessageIdForm FormOf(PeerId peer) =>
        _host.Peers.InfoOf(peer)?.AgentVersion is { } agent && (agent.Contains("js-libp2p") || agent.Contains("helia"))
            ? MessageIdForm.PublicKeyAndSequence
            : _options.MessageIdForm;
}
