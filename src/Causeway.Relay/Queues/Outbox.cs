using System.Collections.Concurrent;
using Causeway.Relay.Outputs;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Relay.Queues;

/// <summary>
/// What a member will receive: the <see cref="FairQueue"/> with its lock, and the sending out of it. Whoever adds something flushes, and the first one sends;
/// nobody waits for a slow reader.
/// </summary>
internal sealed class Outbox(FairQueue queue, MemberOutput firstOutput, RelayMetrics metrics, Action<Exception?> onEnd)
{
    // Then the thread, which is a sender's, goes back to its own work.
    private const int MaxBatchesInPlace = 4;

    private const int MaxPooled = 64;

    private static readonly ConcurrentQueue<SendBatch> Batches = new();

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile MemberOutput _output = firstOutput;
    private byte[]? _controlFrames;
    private bool _sending;
    private bool _closed;
    private bool _ending;

    /// <summary>Bytes that wait.</summary>
    public int Bytes => queue.Bytes;

    /// <summary>Memory in bytes that lies here or is being sent.</summary>
    public long Memory
    {
        get
        {
            lock (_lock) return queue.Memory;
        }
    }

    /// <summary>Completed when everything was sent after <see cref="End"/>, or nothing can be sent any more.</summary>
    public Task Ended => _idle.Task;

    /// <inheritdoc cref="FairQueue.TryReserve"/>
    public ReserveResult TryReserve(ulong sender, int length, bool mayWait, out Reservation reservation)
    {
        ReserveResult result;
        long pushedOut;
        lock (_lock)
        {
            pushedOut = -queue.PushedOut;
            result = queue.TryReserve(sender, length, mayWait, out reservation);
            pushedOut += queue.PushedOut;
        }

        if (pushedOut > 0) metrics.Dropped(DropReason.PushedOut, pushedOut);
        return result;
    }

    /// <inheritdoc cref="FairQueue.Commit"/>
    public void Commit(in Reservation reservation)
    {
        lock (_lock) queue.Commit(reservation);
    }

    /// <inheritdoc cref="FairQueue.Cancel"/>
    public void Cancel(in Reservation reservation)
    {
        lock (_lock) queue.Cancel(reservation);
    }

    /// <inheritdoc cref="FairQueue.WhenSent"/>
    public Task WhenSent(ulong sender)
    {
        lock (_lock) return queue.WhenSent(sender);
    }

    /// <summary>Adds a record of the relay's own and sends; false if too many wait.</summary>
    public bool TrySendControl(ReadOnlySpan<byte> record)
    {
        if (!TryAddControl(record)) return false;
        Flush();
        return true;
    }

    /// <summary>As <see cref="TrySendControl"/>, to be sent with the next <see cref="Flush"/>.</summary>
    public bool TryAddControl(ReadOnlySpan<byte> record)
    {
        lock (_lock) return _ending || queue.TryAddControl(record);
    }

    /// <summary>Sends a control frame of the WebSocket before the next message. One that was not sent yet is replaced.</summary>
    public void SendControlFrame(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[2 + payload.Length];
        WebSocketFrame.WriteHeader(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(2));
        lock (_lock)
        {
            if (!_ending) _controlFrames = frame;
        }

        Flush();
    }

    /// <summary>The relay's last words: sends them after what is being sent, before everything that waits, which is dropped.</summary>
    /// <param name="lastRecord">A record, or nothing.</param>
    /// <param name="status">The status of the close frame.</param>
    public void End(ReadOnlySpan<byte> lastRecord, ushort status)
    {
        lock (_lock)
        {
            if (_ending) return;
            _ending = true;
            queue.Close();
            var frames = new byte[(lastRecord.Length > 0 ? WebSocketFrame.HeaderLength(lastRecord.Length, isMasked: false) + lastRecord.Length : 0) + 4];
            var length = 0;
            if (lastRecord.Length > 0)
            {
                length = WebSocketFrame.WriteHeader(frames, WebSocketOpcode.Binary, lastRecord.Length);
                lastRecord.CopyTo(frames.AsSpan(length));
                length += lastRecord.Length;
            }

            WebSocketFrame.WriteHeader(frames.AsSpan(length), WebSocketOpcode.Close, 2);
            (frames[length + 2], frames[length + 3]) = ((byte)(status >> 8), (byte)status);
            _controlFrames = frames;
        }

        Flush();
    }

    /// <summary>Sends another way from now on; the way before must have nothing under way.</summary>
    public void Use(MemberOutput output) => _output = output;

    /// <summary>Drops everything and sends nothing more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            (_closed, _ending) = (true, true);
            queue.Close();
        }

        _idle.TrySetResult();
    }

    /// <summary>Sends what waits, if nobody does.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_sending || _closed || !HasWork) return;
            _sending = true;
        }

        _ = SendAsync();
    }

    private bool HasWork => queue.HasWork || _controlFrames is not null;

    private async Task SendAsync()
    {
        var batch = Batches.TryDequeue(out var pooled) ? pooled : new SendBatch();
        Exception? failure = null;
        try
        {
            for (var count = 1; TryCollect(batch); count++)
            {
                if (count > MaxBatchesInPlace)
                {
                    count = 1;
                    await Task.Yield();
                }

                await _output.SendAsync(batch);
                batch.Clear();
            }
        }
        catch (Exception e)
        {
            failure = e;
            batch.Clear();
            Close();
        }

        if (Batches.Count < MaxPooled) Batches.Enqueue(batch);
        if (failure is not null) onEnd(failure);
    }

    private bool TryCollect(SendBatch batch)
    {
        lock (_lock)
        {
            queue.Sent();
            if (_closed || !HasWork)
            {
                _sending = false;
                if (_ending) _idle.TrySetResult();
                return false;
            }

            queue.Collect(batch);
            batch.Complete(_controlFrames);
            _controlFrames = null;
            return true;
        }
    }
}
