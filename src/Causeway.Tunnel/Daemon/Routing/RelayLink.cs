using System.Net;
using System.Net.Sockets;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Relays;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>
/// One of the network's relays, as the daemon uses it: frames are dropped if there is no room, control messages wait for it; and no connection goes through the
/// tunnel itself.
/// </summary>
internal sealed class RelayLink : IRelayReceiver, IAsyncDisposable
{
    // Messages of handshakes and sessions that wait for room. They repeat themselves, so that there are never many.
    private const int MaxWaiting = 256;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _waiting = new();
    private readonly IRelayLinkOwner _owner;
    private readonly LoopGuard _guard;
    private readonly RelayConnection _connection;
    private readonly TimeProvider _time;
    private volatile Socket? _socket;
    private volatile IPEndPoint? _remote;
    private volatile bool _isDraining;
    private volatile bool _hasWaiting;
    private volatile bool _hasAbsentees;
    private int _generation;

    public RelayLink(RelayUrl url, HybridSigningKey key, IRelayLinkOwner owner, LoopGuard guard, RelayConnectionOptions options, ILogger logger, TimeProvider time)
    {
        (_owner, _guard, _time) = (owner, guard, time);
        _connection = new RelayConnection(url, key, this, options with { ConnectCallback = ConnectAsync }, logger, time);
        _connection.StatusChanged += OnStatus;
    }

    public RelayUrl Url => _connection.Url;

    public RelayConnectionStatus Status => _connection.Status;

    public TimeSpan RoundTripTime => _connection.RoundTripTime;

    public int Load => _connection.Load;

    public bool IsConnected => _connection.IsConnected;

    /// <summary>Whether the relay is about to close.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Counts connections: what was known of one does not count for the next.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Since when it has been connected.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Where it is connected to.</summary>
    public IPEndPoint? Remote => IsConnected ? _remote : null;

    /// <summary>Whether it has taken nothing for a while; for the thread that reads the device.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Whether it has records that are not sent; for the thread that reads the device.</summary>
    public bool NeedsFlush { get; set; }

    public void Start() => _connection.Start();

    public void RetryNow() => _connection.RetryNow();

    /// <summary>Takes a DATA record with a frame, unless there is no room: control messages go first.</summary>
    public SendResult TrySend(ReadOnlySpan<byte> record)
    {
        if (_hasWaiting) SendWaiting();
        return _hasWaiting ? SendResult.Full : _connection.TrySend(record);
    }

    /// <summary>Sends what was taken.</summary>
    public void Flush() => _connection.Flush();

    /// <summary>Waits for room, for the thread that reads the device.</summary>
    public bool WaitForRoom(int length, TimeSpan patience) => _connection.WaitForRoom(length, patience);

    /// <summary>Sends a message of a handshake or a session; if there is no room, as soon as there is.</summary>
    public void SendControl(TunnelPeerId destination, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && _connection.TrySend(destination, payload) != SendResult.Full)
            {
                _connection.Flush();
                return;
            }

            if (_waiting.Count >= MaxWaiting) return;
            var record = new byte[RecordHeader.DataPrefix + payload.Length];
            RecordHeader.WriteData(record, destination, payload.Length);
            payload.CopyTo(record.AsSpan(RecordHeader.DataPrefix));
            _waiting.Enqueue(record);
            if (_hasWaiting) return;
            _hasWaiting = true;
        }

        _ = SendWaitingAsync();
    }

    /// <summary>A peer is absent at this relay: what comes from it from now on is looked at.</summary>
    public void ExpectAbsentees() => _hasAbsentees = true;

    /// <summary>Ends the connection if its way leads through the tunnel by now; the next one is refused with the reason.</summary>
    public void Recheck()
    {
        if (Remote is { } remote && _guard.Refuse(Url, remote.Address) is not null) _socket?.Dispose();
    }

    /// <inheritdoc/>
    public void OnPayload(TunnelPeerId source, Memory<byte> payload)
    {
        if (_hasAbsentees) _owner.OnHeard(this, source);
        _owner.OnPayload(this, source, payload.Span);
    }

    /// <inheritdoc/>
    public void OnPause()
    {
    }

    /// <inheritdoc/>
    public void OnUnreachable(TunnelPeerId destination, UnreachableReason reason) => _owner.OnUnreachable(this, destination);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async ValueTask ConnectAsync(Socket socket, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        if (_guard.Refuse(Url, endpoint.Address) is { } why) throw new TunnelException(why);
        await socket.ConnectAsync(endpoint, cancellationToken);
        (_socket, _remote) = (socket, endpoint);
    }

    private void OnStatus(RelayConnectionStatus status)
    {
        _isDraining = status.State == RelayConnectionState.Draining;
        if (status.State == RelayConnectionState.Connected)
        {
            Interlocked.Increment(ref _generation);
            _hasAbsentees = false;
            Since = _time.GetUtcNow();
        }
        else if (status.State != RelayConnectionState.Draining)
        {
            Since = null;
        }

        _owner.OnStatus(this, status);
    }

    private void SendWaiting()
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out var record))
            {
                var result = _connection.TrySend(record);
                if (result == SendResult.Full) break;
                if (result == SendResult.Taken) _waiting.Dequeue();
                else _waiting.Clear();
            }

            _hasWaiting = _waiting.Count > 0;
            _connection.Flush();
        }
    }

    private async Task SendWaitingAsync()
    {
        while (_hasWaiting)
        {
            await _connection.WhenRoom(RecordHeader.MaxRecord);
            SendWaiting();
        }
    }
}
