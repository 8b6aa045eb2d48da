using Causeway.Gateway.Protocol;

namespace Causeway.Gateway.Pages;

/// <summary>
/// What is on its way to one page. Bounded in bytes: those who can wait (responses to the page's own requests, direct messages, whose senders are held back)
/// wait for room; those who cannot (events, topics) may pass the soft limit up to twice its size, then the page counts as one that stopped reading.
/// </summary>
internal sealed class OutboundQueue(int softLimit) : IDisposable
{
    // A frame costs its buffer and its place; counting the place keeps floods of tiny frames inside the limit too.
    private const int CostPerFrame = 64;

    private readonly Lock _lock = new();
    private readonly Queue<OutboundFrame> _frames = new();
    private readonly SemaphoreSlim _available = new(0, 1);
    private TaskCompletionSource _room = CompletedSource();
    private long _queuedBytes;
    private long _nextPush;
    private bool _closed;

    /// <summary>Bytes queued now.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_lock) return _queuedBytes;
        }
    }

    /// <summary>Queues, or waits until there is room. The frame is the queue's from here on, whatever happens.</summary>
    /// <exception cref="PageClosedException">The page is gone.</exception>
    public async ValueTask EnqueueAsync(OutboundFrame frame, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_closed || cancellationToken.IsCancellationRequested) break;
                if (_queuedBytes < softLimit)
                {
                    Add(frame);
                    return;
                }

                if (_room.Task.IsCompleted) _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        frame.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        throw new PageClosedException();
    }

    /// <summary>Queues without waiting. False when twice the limit is reached. The frame is the queue's, which discards it then, and when the page is gone.</summary>
    public bool TryEnqueue(OutboundFrame frame)
    {
        bool closed;
        lock (_lock)
        {
            closed = _closed;
            if (!closed && _queuedBytes < softLimit * 2L)
            {
                Add(frame);
                return true;
            }
        }

        frame.Dispose();
        return closed;
    }

    /// <summary>The next frame, which the caller disposes once it is sent; null when the queue was closed.</summary>
    public async ValueTask<OutboundFrame?> DequeueAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_frames.TryDequeue(out var frame)) return Numbered(frame);
                if (_closed) return null;
            }

            await _available.WaitAsync();
        }
    }

    /// <summary>No more frames; what is queued is discarded, everyone who waits is told.</summary>
    public void Close()
    {
        TaskCompletionSource room;
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            while (_frames.TryDequeue(out var frame)) frame.Dispose();
            _queuedBytes = 0;
            room = _room;
            Wake();
        }

        room.TrySetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private static TaskCompletionSource CompletedSource()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private void Add(OutboundFrame frame)
    {
        _queuedBytes += frame.Length + CostPerFrame;
        _frames.Enqueue(frame);
        Wake();
    }

    private void Wake()
    {
        if (_available.CurrentCount == 0) _available.Release();
    }

    private OutboundFrame Numbered(OutboundFrame frame)
    {
        _queuedBytes -= frame.Length + CostPerFrame;
        if (_queuedBytes < softLimit) _room.TrySetResult();
        if (frame.IsPush) frame.Number(_nextPush++);
        return frame;
    }
}
