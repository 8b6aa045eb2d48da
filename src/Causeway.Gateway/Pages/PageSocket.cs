using System.Buffers;
using System.Net.WebSockets;
using Causeway.Gateway.Protocol;

namespace Causeway.Gateway.Pages;

/// <summary>
/// The WebSocket of one page: reads whole frames within bounds, writes what the queue holds, and ends the connection with a reason when the page stops
/// reading. An idle socket holds no read buffer.
/// </summary>
internal sealed class PageSocket : IDisposable
{
    private const int FirstReadBuffer = 4096;

    private readonly WebSocket _socket;
    private readonly int _maxFrameBytes;
    private readonly TimeSpan _slowReaderTimeout;
    private readonly CancellationTokenSource _aborted = new();
    private readonly TimeSpan _frameTimeout;
    private readonly ITimer _stallTimer;
    private readonly ITimer _frameTimer;
    private (WebSocketCloseStatus Status, string Reason)? _closing;
    private int _stalled;

    public PageSocket(WebSocket socket, GatewayOptions options, TimeProvider time)
    {
        _socket = socket;
        _maxFrameBytes = options.MaxFrameBytes;
        _slowReaderTimeout = options.SlowReaderTimeout;
        _frameTimeout = options.FrameTimeout;
        Outbound = new OutboundQueue(options.OutboundQueueBytes);
        _stallTimer = time.CreateTimer(static self => ((PageSocket)self!).OnStalled(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _frameTimer = time.CreateTimer(static self => ((PageSocket)self!).OnFrameLate(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is on its way to the page.</summary>
    public OutboundQueue Outbound { get; }

    /// <summary>Why the connection was ended by us; null while it was not.</summary>
    public string? CloseReason => _closing?.Reason;

    /// <summary>Sends an event or a topic's message: never waits. A page that lets twice the queue's size pile up is closed.</summary>
    public void Push(OutboundFrame frame)
    {
        if (!Outbound.TryEnqueue(frame)) Close(WebSocketCloseStatus.PolicyViolation, "the page does not read fast enough: its queue is full");
    }

    /// <summary>
    /// Ends the connection: the queue is discarded, the close frame follows what is being written. A page that does not even take that is cut off after the
    /// slow-reader time-out.
    /// </summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_aborted)
        {
            if (_closing is not null) return;
            _closing = (status, reason);
        }

        Outbound.Close();
        _stallTimer.Change(_slowReaderTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Abort()
    {
        Outbound.Close();
        _aborted.Cancel();
    }

    /// <summary>
    /// Reads the next frame. The result's buffer is rented and must be returned by the caller through <see cref="ReceivedFrame.Dispose"/>; null at the end of
    /// the connection.
    /// </summary>
    public async ValueTask<ReceivedFrame?> ReceiveAsync()
    {
        byte[]? buffer = null;
        try
        {
            // Waits for data without holding a buffer.
            var head = await _socket.ReceiveAsync(Memory<byte>.Empty, _aborted.Token);
            if (head.MessageType == WebSocketMessageType.Close) return null;
            buffer = ArrayPool<byte>.Shared.Rent(FirstReadBuffer);
            if (head.EndOfMessage) return Whole(ref buffer, 0, head.MessageType);
            var (length, timed) = (0, false);
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(length), _aborted.Token);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (length > _maxFrameBytes)
                {
                    Close(WebSocketCloseStatus.MessageTooBig, $"a frame has at most {_maxFrameBytes} bytes");
                    await DrainAsync(buffer);
                    return null;
                }

                if (part.EndOfMessage)
                {
                    if (timed) _frameTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    return Whole(ref buffer, length, part.MessageType);
                }

                if (!timed) _frameTimer.Change(_frameTimeout, Timeout.InfiniteTimeSpan);
                timed = true;
                if (length == buffer.Length) buffer = Enlarge(buffer, length);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the queue until it is closed, then says goodbye.</summary>
    public async Task WriteAsync()
    {
        try
        {
            while (await Outbound.DequeueAsync() is { } frame)
            {
                using (frame)
                {
                    var sending = _socket.SendAsync(frame.Bytes, WebSocketMessageType.Text, endOfMessage: true, _aborted.Token);
                    if (sending.IsCompleted) await sending;
                    else await Watched(sending);
                }
            }

            var (status, reason) = _closing ?? (WebSocketCloseStatus.NormalClosure, "");
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(status, reason, _aborted.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The page is gone; the reader sees the same.
        }
        finally
        {
            Outbound.Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stallTimer.Dispose();
        _frameTimer.Dispose();
        Outbound.Dispose();

        // The source of aborts stays: it has no timer, so nothing to release, and who aborts all pages may come to one that has just ended.
    }

    // The buffer is the frame's from here on.
    private static ReceivedFrame Whole(ref byte[]? buffer, int length, WebSocketMessageType type)
    {
        var frame = new ReceivedFrame(buffer!, length, type == WebSocketMessageType.Text);
        buffer = null;
        return frame;
    }

    private static byte[] Enlarge(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private async ValueTask Watched(ValueTask sending)
    {
        if (_closing is null) _stallTimer.Change(_slowReaderTimeout, Timeout.InfiniteTimeSpan);
        await sending;
        if (_closing is null) _stallTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // Closing a TCP connection with unread data resets it, and the reason would never arrive: reads on until the page closes too or the time is up.
    private async ValueTask DrainAsync(byte[] buffer)
    {
        while ((await _socket.ReceiveAsync(buffer.AsMemory(), _aborted.Token)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private void OnFrameLate() => Close(WebSocketCloseStatus.PolicyViolation, $"a frame took longer than {_frameTimeout.TotalSeconds:0.#} s");

    // First the page is given the reason; when it does not take even that within the same time again, the socket is cut.
    private void OnStalled()
    {
        if (Interlocked.Increment(ref _stalled) == 1 && _closing is null)
        {
            Close(WebSocketCloseStatus.PolicyViolation, $"the page has not read anything for {_slowReaderTimeout.TotalSeconds:0.#} s");
            return;
        }

        _aborted.Cancel();
    }
}
