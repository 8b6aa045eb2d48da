using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Messaging;

/// <summary>
/// The virtual connection to one (peer, protocol): a queue that outlives streams, streams opened on demand, used in both directions whoever opened them, and
/// re-opened after failures. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore is used without its wait handle and so holds nothing that must be released.")]
internal sealed class MessageChannel
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _delivery = new(1, 1);
    private readonly DuplicateFilter _received;
    private readonly OutboundWindow _window;
    private readonly List<MessageStream> _streams = [];
    private readonly DirectMessages _owner;
    private readonly byte[] _pushHead;
    private MessageStream? _active;
    private int _failures;
    private bool _connecting;
    private bool _closed;
    private long _lastTraffic;
    private long _lastProgress;

    public MessageChannel(DirectMessages owner, PeerId peer, string protocol)
    {
        _owner = owner;
        Peer = peer;
        Protocol = protocol;
        _window = new OutboundWindow(owner.Options, owner.Queued);
        _received = new DuplicateFilter(owner.Remembered);
        _pushHead = Frames.PeerDataHead(peer.ToString(), protocol);
        _lastTraffic = _lastProgress = owner.Time.GetTimestamp();
    }

    /// <summary>The other end.</summary>
    public PeerId Peer { get; }

    /// <summary>The protocol ID.</summary>
    public string Protocol { get; }

    /// <summary>Whether the page has sent on it. Belongs to <see cref="ChannelTable"/>.</summary>
    public bool IsAddressed { get; set; }

    /// <summary>When something was last sent or received, as a timestamp of the clock.</summary>
    public long LastTraffic => Volatile.Read(ref _lastTraffic);

    /// <summary>Queues a message.</summary>
    /// <exception cref="GatewayException">The queue is full.</exception>
    public void Send(ReadOnlySpan<byte> json, long? ack)
    {
        MessageStream? active;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_window.TryEnqueue(json, ack)) throw GatewayException.Full($"too many messages are queued for peer {Peer} on protocol {Protocol}, or for all peers together");
            _lastTraffic = _owner.Time.GetTimestamp();
            active = _active;
            if (active is null) StartConnecting();
        }

        active?.Wake();
    }

    /// <summary>Uses a stream, ours or theirs, until it ends.</summary>
    public async Task RunAsync(Libp2pStream opened)
    {
        var stream = new MessageStream(opened, this, _owner.Options, _owner.Budget);
        MessageStream? left = null;
        lock (_lock)
        {
            if (_closed)
            {
                opened.Abort();
                return;
            }

            _streams.Add(stream);
            if (_active is { IsRelayed: true } relayed && !stream.IsRelayed)
            {
                // What the other one carried without an acknowledgement goes out again on this one; what arrives twice is delivered once.
                _window.Rewind();
                _active = stream;
                left = relayed;
            }

            _active ??= stream;
            _lastTraffic = _lastProgress = _owner.Time.GetTimestamp();
        }

        left?.End(abort: false);
        stream.Wake();

        // The direct connection may have come while this one was being opened.
        if (stream.IsRelayed && _owner.IsDirect(Peer)) Move();
        var reason = await stream.RunAsync();
        if (reason is not null) GatewayLog.MessageStreamEnded(_owner.Logger, Peer, Protocol, reason.Message);
        AfterStream(reason);
    }

    /// <summary>Fills <paramref name="batch"/> with what <paramref name="stream"/> shall write now, if it is the one that sends.</summary>
    /// <returns>The bytes filled; a large message, to be written after them, is passed as it is.</returns>
    public int Take(MessageStream stream, Span<byte> batch, out ReadOnlyMemory<byte> large)
    {
        large = default;
        var length = 0;
        lock (_lock)
        {
            if (_active != stream) return 0;
            if (_window.Unacknowledged == 0) _lastProgress = _owner.Time.GetTimestamp();
            while (batch.Length - length >= OutgoingMessage.PooledUpTo || length == 0)
            {
                if (!_window.TryTake(out var message)) break;
                if (message.IsLarge)
                {
                    large = message.Frame;
                    break;
                }

                message.Frame.Span.CopyTo(batch[length..]);
                length += message.Length;
            }
        }

        return length;
    }

    /// <summary>Handles a frame. Deliveries of one channel follow each other, whichever streams they come on.</summary>
    public ValueTask ReceiveAsync(MessageStream from, MessageFrame frame, CancellationToken cancellationToken)
    {
        if (frame.Type == MessageFrameType.Data) return DeliverAsync(from, frame, cancellationToken);
        if (frame.Type == MessageFrameType.Ack) Acknowledge(frame.Id.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>A stream ends: what was sent on it without an acknowledgement is to be sent again.</summary>
    public void Detach(MessageStream stream)
    {
        MessageStream? next;
        lock (_lock)
        {
            _streams.Remove(stream);
            if (_active != stream) return;
            _window.Rewind();
            _active = next = _streams.FirstOrDefault();
            _lastProgress = _owner.Time.GetTimestamp();
        }

        next?.Wake();
    }

    /// <summary>There is a direct connection: a stream through a relay is replaced, by whoever opened it or sends on it.</summary>
    public void Move()
    {
        lock (_lock)
        {
            // Where both ends opened one at once, each may use the other's: then both are senders, and both move.
            if (_closed || _connecting || _active is not { IsRelayed: true } relayed || (relayed.IsInbound && !IsAddressed)) return;
            _connecting = true;
        }

        _ = Task.Run(MoveAsync);
    }

    /// <summary>Closes what is idle and gives up what makes no progress. True when the channel has nothing left to remember.</summary>
    public bool Sweep()
    {
        MessageStream[] idle = [];
        MessageStream? stuck = null;
        bool forget;
        lock (_lock)
        {
            var quiet = _owner.Time.GetElapsedTime(_lastTraffic);
            var empty = _window.Count == 0;
            if (empty && quiet >= _owner.Options.IdleTimeout) idle = [.. _streams];
            if (_window.Unacknowledged > 0 && _owner.Time.GetElapsedTime(_lastProgress) >= _owner.Options.AcknowledgeTimeout) stuck = _active;
            forget = empty && _streams.Count == 0 && quiet >= _owner.Options.MemoryTimeout;
            _closed |= forget;
        }

        if (forget) _received.Release();
        foreach (var stream in idle) stream.End(abort: false);
        stuck?.End(abort: true);

        // A stream that was being opened while the direct connection came, or a move that failed.
        if (!forget && idle.Length == 0 && stuck is null && _owner.IsDirect(Peer)) Move();
        return forget;
    }

    /// <summary>Ends the streams that the other end opened: the protocol is not served any more.</summary>
    public void EndInbound()
    {
        MessageStream[] inbound;
        lock (_lock) inbound = [.. _streams.Where(s => s.IsInbound)];
        foreach (var stream in inbound) stream.End(abort: true);
    }

    /// <summary>The page is gone: everything ends.</summary>
    public void Close()
    {
        MessageStream[] streams;
        lock (_lock)
        {
            _closed = true;
            streams = [.. _streams];
            _window.Clear();
        }

        _received.Release();
        foreach (var stream in streams) stream.End(abort: false);
    }

    private async ValueTask DeliverAsync(MessageStream from, MessageFrame frame, CancellationToken cancellationToken)
    {
        await _delivery.WaitAsync(cancellationToken);
        try
        {
            if (!_owner.IsStarted(Protocol)) throw new Libp2pException(Libp2pError.ProtocolNotSupported, $"protocol {Protocol} is not started here");
            _lastTraffic = _owner.Time.GetTimestamp();
            if (_received.TryAdd(frame.Id.Span))
            {
                // Not cancelled with the stream: an id that is remembered must have been delivered.
                var delivering = _owner.Handler.DeliverAsync(Peer, _pushHead, frame.Data);
                if (!delivering.IsCompleted) from.Wake();
                await delivering;
            }

            if (!from.TryAcknowledge(frame.Id.Span)) throw MessageCodec.Violation("the other end does not read its acknowledgements");
        }
        finally
        {
            _delivery.Release();
        }
    }

    private void Acknowledge(ReadOnlySpan<byte> id)
    {
        OutgoingMessage? message;
        MessageStream? active;
        lock (_lock)
        {
            message = _window.Acknowledge(id);
            if (message is null) return;
            _failures = 0;
            _lastTraffic = _lastProgress = _owner.Time.GetTimestamp();
            active = _window.HasRoomToSend ? _active : null;
        }

        active?.Wake();
        if (message.Ack is { } ack) _owner.Handler.Acknowledged(ack);
    }

    private void AfterStream(Exception? reason)
    {
        IReadOnlyList<OutgoingMessage> given = [];
        lock (_lock)
        {
            if (_closed || _active is not null || _window.Count == 0) return;
            if (!_connecting) given = CountFailure();
            if (_window.Count > 0) StartConnecting();
        }

        Fail(given, reason);
    }

    // Under the lock. At most one connector runs.
    private void StartConnecting()
    {
        if (_connecting) return;
        _connecting = true;
        _ = Task.Run(ConnectAsync);
    }

    private async Task ConnectAsync()
    {
        while (true)
        {
            TimeSpan pause;
            lock (_lock) pause = _failures == 0 ? TimeSpan.Zero : _owner.Options.RetryDelays[_failures - 1];
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _owner.Time, _owner.Closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lock)
            {
                if (_closed || _active is not null || _window.Count == 0)
                {
                    _connecting = false;
                    return;
                }
            }

            try
            {
                var stream = await _owner.OpenAsync(Peer, Protocol);
                lock (_lock) _connecting = false;
                await RunAsync(stream);
                return;
            }
            catch (Exception e)
            {
                IReadOnlyList<OutgoingMessage> given;
                lock (_lock) given = CountFailure();
                Fail(given, e);
            }
        }
    }

    // A failure changes nothing: the stream that there is goes on, and is replaced on demand when it breaks.
    private async Task MoveAsync()
    {
        try
        {
            var stream = await _owner.OpenAsync(Peer, Protocol);
            lock (_lock) _connecting = false;
            await RunAsync(stream);
        }
        catch (Exception e)
        {
            GatewayLog.MessageStreamEnded(_owner.Logger, Peer, Protocol, e.Message);
            lock (_lock)
            {
                _connecting = false;
                if (!_closed && _active is null && _window.Count > 0) StartConnecting();
            }
        }
    }

    // Under the lock. The messages to give up, once every attempt has failed without a single acknowledgement in between.
    private IReadOnlyList<OutgoingMessage> CountFailure()
    {
        if (++_failures <= _owner.Options.RetryDelays.Count) return [];
        _failures = 0;
        return _window.Clear();
    }

    private void Fail(IReadOnlyList<OutgoingMessage> messages, Exception? reason)
    {
        if (messages.Count == 0) return;
        var error = reason is Libp2pException { Error: Libp2pError.ProtocolNotSupported }
            ? $"peer {Peer} does not serve protocol {Protocol}"
            : $"peer {Peer} is unreachable: {reason?.Message ?? "it closed the stream without an acknowledgement"}";
        GatewayLog.MessagesGivenUp(_owner.Logger, messages.Count, error);
        foreach (var message in messages)
        {
            if (message.Ack is { } ack) _owner.Handler.Failed(ack, error);
        }
    }
}
