using System.Diagnostics.CodeAnalysis;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections.Inbound;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Negotiation;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>An established connection of a host, with what it holds. The host's swarm accepts its streams and finishes it off.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its timer ends by itself, and Stop() may come at any time.")]
internal sealed class Connection : IConnection
{
    // A handler that still works on data after this long does so at its own risk.
    private static readonly TimeSpan HandlersMayReadFor = TimeSpan.FromSeconds(2);

    // As long as the default of HostOptions.DrainTimeout: the other end only has to answer what it has received.
    private static readonly TimeSpan StreamsMayEndFor = TimeSpan.FromSeconds(2);

    private static long _lastId;

    private readonly UpgradedConnection _upgraded;
    private readonly ConnectionScope _scope;
    private readonly InboundTicket _ticket;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _abortReason;

    public Connection(UpgradedConnection upgraded, ConnectionScope scope, InboundTicket ticket, DateTimeOffset openedAt)
    {
        _upgraded = upgraded;
        _scope = scope;
        _ticket = ticket;
        OpenedAt = openedAt;
        LocalAddress = upgraded.Transport.LocalAddress.WithoutPeerId();
        RemoteAddress = upgraded.Transport.RemoteAddress.WithoutPeerId();
    }

    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public ConnectionRole Role => _upgraded.Role;

    public PeerId RemotePeer => _upgraded.Channel.RemotePeer;

    public PublicKey RemoteKey => _upgraded.Channel.RemoteKey;

    public Multiaddress LocalAddress { get; }

    public Multiaddress RemoteAddress { get; }

    public Multiaddress? ObservedAddress { get; set; }

    public string Security => _upgraded.SecurityProtocol;

    public string Muxer => _upgraded.MuxerProtocol;

    public bool HasEarlyMuxer => _upgraded.Channel.EarlyMuxer is not null;

    public bool IsLimited => _upgraded.Transport.IsLimited;

    public DateTimeOffset OpenedAt { get; }

    public TimeSpan? RoundTripTime => _upgraded.Muxer.RoundTripTime;

    public ValueTask<TimeSpan> MeasureRoundTripAsync(CancellationToken cancellationToken = default) => _upgraded.Muxer.PingAsync(cancellationToken);

    public int StreamCount => _upgraded.Muxer.StreamCount;

    public Task<Exception?> Closed => _closed.Task;

    /// <summary>What it is made of.</summary>
    public UpgradedConnection Upgraded => _upgraded;

    /// <summary>Streams that are about to end.</summary>
    public StreamEndings Endings { get; } = new();

    /// <summary>Whether Identify has told over this very connection what the other end speaks.</summary>
    public bool IsIdentified { get; set; }

    /// <summary>Which state of ours Identify has told over this connection, as its service counts; 0 for none yet.</summary>
    public long ToldVersion { get; set; }

    /// <summary>
    /// Fires when the connection is closed here or its host stops: handlers of its streams are to return. When the other end has closed it,
    /// handlers first get a while to read what has arrived.
    /// </summary>
    public CancellationToken Stopping => _stop.Token;

    public async ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocols, CancellationToken cancellationToken = default)
    {
        if (protocols.Count == 0) throw new Libp2pException(Libp2pError.InvalidArgument, "A stream needs at least one protocol to propose.");
        _scope.AddStream(Direction.Outbound);
        MuxedStream stream;
        try
        {
            stream = await _upgraded.Muxer.OpenStreamAsync(cancellationToken);
        }
        catch
        {
            _scope.RemoveStream(Direction.Outbound);
            throw;
        }

        StreamLease.Track(stream, _scope, Direction.Outbound);
        return await StreamNegotiator.OpenAsync(stream, this, protocols, cancellationToken);
    }

    /// <summary>The next stream that the other end opened, null at the end of the connection. One that passes a limit is reset and skipped.</summary>
    public async ValueTask<MuxedStream?> AcceptStreamAsync()
    {
        while (await _upgraded.Muxer.AcceptStreamAsync(CancellationToken.None) is { } stream)
        {
            try
            {
                _scope.AddStream(Direction.Inbound);
            }
            catch (Libp2pException)
            {
                stream.Abort();
                await stream.DisposeAsync();
                continue;
            }

            StreamLease.Track(stream, _scope, Direction.Inbound);
            return stream;
        }

        return null;
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        Stop();
        await Endings.WaitAsync().WaitAsync(StreamsMayEndFor, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await _upgraded.Muxer.CloseAsync(cancellationToken);
        await _closed.Task.WaitAsync(cancellationToken);
    }

    public void Abort(Exception reason)
    {
        Interlocked.CompareExchange(ref _abortReason, reason, null);
        Stop();
        _upgraded.Muxer.Abort(reason);
        _upgraded.Transport.Abort();
    }

    /// <summary>Tells handlers to return.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>After the muxer has ended: releases the transport and everything counted. Returns why it ended; null for a graceful end.</summary>
    public async Task<Exception?> FinishAsync()
    {
        try
        {
            var reason = await _upgraded.Muxer.Closed;
            _stop.CancelAfter(HandlersMayReadFor);
            if (reason is not null) _upgraded.Transport.Abort();
            await _upgraded.Muxer.DisposeAsync();
            await _upgraded.Transport.DisposeAsync();
            return _abortReason ?? reason;
        }
        finally
        {
            _scope.Dispose();
            _ticket.Release();
        }
    }

    /// <summary>The last step, after the connection has left every table.</summary>
    public void SetClosed(Exception? reason) => _closed.TrySetResult(reason);

    public override string ToString() => $"{RemotePeer} at {RemoteAddress} (connection {Id})";
}
