using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Identify.Wire;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Identify;

/// <summary>Identify and Identify Push (libp2p specs, <c>identify/README.md</c>): asks every new connection, answers, and tells of changes.</summary>
internal sealed class IdentifyService(
    LocalIdentity local, PeerStore peers, IConnectionManager connections, IdentifyOptions options, TimeProvider time, ILogger log,
    Action<Connection> identified) : IAsyncDisposable
{
    /// <summary>The query protocol.</summary>
    public const string ProtocolId = "/ipfs/id/1.0.0";

    /// <summary>The push protocol.</summary>
    public const string PushProtocolId = "/ipfs/id/push/1.0.0";

    // Pushes under way at once: a change must not make a host with thousands of connections open thousands of streams in one go.
    private const int ParallelPushes = 16;

    // Without an answer the rest of the host never learns what the peer speaks; a peer that fails three times will not do better at a fourth.
    private const int MaxRetries = 2;

    private static readonly string[] Query = [ProtocolId];
    private static readonly string[] Push = [PushProtocolId];

    private readonly Lock _lock = new();
    private ITimer? _pushTimer;
    private long _version = 1;
    private bool _isPushDue;
    private bool _isPushing;
    private bool _disposed;

    /// <summary>Asks the other end of a new connection who it is.</summary>
    public void Start(Connection connection) => _ = Task.Run(() => QueryAsync(connection));

    /// <summary>Answers a query.</summary>
    public async Task AnswerAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var limit = Limit();
        await TellAsync(stream, stream.Connection, limit.Token);
        IdentifyMetrics.Sent(push: false);
    }

    /// <summary>Takes a push.</summary>
    public async Task ReceivePushAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var limit = Limit();
        var message = await IdentifyCodec.ReadAsync(stream, limit.Token);
        if (stream.Connection is Connection connection) Consume(connection, message, push: true);
    }

    /// <summary>Our addresses or protocols have changed: tells connected peers after <see cref="IdentifyOptions.PushDelay"/>.</summary>
    public void Changed(string trigger)
    {
        lock (_lock)
        {
            _version++;
            if (_disposed) return;
            IdentifyMetrics.Triggered(trigger);
            if (_isPushDue) return;
            _isPushDue = true;
            if (_isPushing) return;
            _pushTimer ??= time.CreateTimer(static self => _ = ((IdentifyService)self!).PushAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _pushTimer.Change(options.PushDelay, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        ITimer? timer;
        lock (_lock)
        {
            _disposed = true;
            timer = _pushTimer;
        }

        if (timer is not null) await timer.DisposeAsync();
    }

    // The end of the connection needs no token: it fails the stream.
    private CancellationTokenSource Limit() => new(options.Timeout, time);

    private async Task QueryAsync(Connection connection)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                await QueryOnceAsync(connection);
                return;
            }
            catch (Exception error)
            {
                log.IdentifyFailed(connection.RemotePeer, error.Message);
                if (retries == MaxRetries || error is Libp2pException { Error: Libp2pError.ProtocolNotSupported }) return;
            }

            await Task.Delay(options.RetryDelay, time, connection.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connection.Stopping.IsCancellationRequested || connection.Closed.IsCompleted) return;
        }
    }

    private async Task QueryOnceAsync(Connection connection)
    {
        using var limit = Limit();
        await using var stream = await connection.OpenStreamAsync(Query, limit.Token);
        stream.CompleteWrites();
        var message = await IdentifyCodec.ReadAsync(stream, limit.Token);
        Consume(connection, message, push: false);
        var takesPushes = peers.ProtocolsOf(connection.RemotePeer).Contains(PushProtocolId);
        IdentifyMetrics.Support(takesPushes);

        // It had asked us before a change, and a push passed it over because we did not know yet that it takes them.
        if (takesPushes && connection.ToldVersion is > 0 and var told && told < Interlocked.Read(ref _version)) await PushAsync(connection);
    }

    private void Consume(Connection connection, IdentifyMessage message, bool push)
    {
        var peer = connection.RemotePeer;
        if (message.HasPublicKey && !message.PublicKey.Span.SequenceEqual(connection.RemoteKey.ToProtobuf()))
            throw new Libp2pException(Libp2pError.ProtocolViolation, $"{peer} identified itself with another key than the connection's.");

        if (!push && message.HasObservedAddr && Multiaddress.TryFromBytes(message.ObservedAddr.Span, out var observed)) connection.ObservedAddress = observed;
        if (message.Protocols.Count > 0 || !push) peers.SetProtocols(peer, message.Protocols);
        if (!push) connection.IsIdentified = true;
        if (message.HasAgentVersion || message.HasProtocolVersion)
        {
            var known = peers.InfoOf(peer);
            peers.SetInfo(peer, new PeerInfo(
                message.HasAgentVersion ? Shorten(message.AgentVersion) : known?.AgentVersion,
                message.HasProtocolVersion ? Shorten(message.ProtocolVersion) : known?.ProtocolVersion));
        }

        var isCertified = message.HasSignedPeerRecord && peers.AddSignedRecord(peer, message.SignedPeerRecord.Span);
        if (message.HasSignedPeerRecord && !isCertified) log.RecordRefused(peer);
        if (!isCertified) AddUnsigned(peer, message);
        IdentifyMetrics.Received(push, message.Protocols.Count, message.ListenAddrs.Count);
        log.Identified(peer, peers.InfoOf(peer)?.AgentVersion ?? "of an unknown kind", message.Protocols.Count, message.ListenAddrs.Count);
        identified(connection);
    }

    private void AddUnsigned(PeerId peer, IdentifyMessage message)
    {
        var addresses = new List<Multiaddress>(message.ListenAddrs.Count);
        foreach (var bytes in message.ListenAddrs)
        {
            if (Multiaddress.TryFromBytes(bytes.Span, out var address)) addresses.Add(address);
        }

        peers.AddAddresses(peer, addresses, AddressLifetime.Identified);
    }

    private static string Shorten(string text) => text.Length <= 128 ? text : text[..128];

    private async Task PushAsync()
    {
        lock (_lock)
        {
            if (_disposed || _isPushing) return;
            _isPushing = true;
            _isPushDue = false;
        }

        try
        {
            // Whoever has not been identified yet is looked at again when it is.
            var version = Interlocked.Read(ref _version);
            var targets = connections.All.OfType<Connection>().Where(c => c.ToldVersion < version && peers.ProtocolsOf(c.RemotePeer).Contains(PushProtocolId));
            await Parallel.ForEachAsync(
                targets, new ParallelOptions { MaxDegreeOfParallelism = ParallelPushes }, async (connection, _) => await PushAsync(connection));
        }
        finally
        {
            lock (_lock)
            {
                _isPushing = false;
                if (_isPushDue && !_disposed) _pushTimer?.Change(options.PushDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private async Task PushAsync(Connection connection)
    {
        try
        {
            using var limit = Limit();
            await using var stream = await connection.OpenStreamAsync(Push, limit.Token);
            await TellAsync(stream, connection, limit.Token);
            IdentifyMetrics.Sent(push: true);
        }
        catch (Exception error)
        {
            log.PushFailed(connection.RemotePeer, error.Message);
        }
    }

    private async Task TellAsync(Libp2pStream stream, IConnection connection, CancellationToken cancellationToken)
    {
        // Noted before the message is made: a change in between is told once more rather than never.
        if (connection is Connection own) own.ToldVersion = Interlocked.Read(ref _version);
        await stream.WriteAsync(local.MessageFor(connection.RemoteAddress), completeWrites: true, cancellationToken);
    }
}
