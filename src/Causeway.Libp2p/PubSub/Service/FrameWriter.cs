using System.Buffers;
using Causeway.Libp2p.Streams;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>
/// Writes a peer's queue to our stream: small RPCs together, large ones by themselves. It runs only while there is something to write, and a
/// write that the peer does not take in time ends the stream.
/// </summary>
internal sealed class FrameWriter(
    Libp2pStream stream, FrameQueue queue, TimeSpan timeout, TimeProvider clock, Action<FrameWriter, Exception> failed, Action<FrameWriter> drained)
    : IThreadPoolWorkItem
{
    private const int BatchSize = 32 << 10;

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _isRetired;

    /// <summary>The stream.</summary>
    public Libp2pStream Stream => stream;

    /// <summary>There may be something to write.</summary>
    public void Kick()
    {
        if (queue.Count == 0 || Interlocked.Exchange(ref _running, 1) != 0) return;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends the stream: gracefully, or by a reset.</summary>
    public async Task StopAsync(bool graceful)
    {
        if (!graceful) stream.Abort();
        await stream.DisposeAsync();
    }

    /// <summary>Another stream takes over: what is being written is finished, the rest of the queue is left to the other one.</summary>
    public async Task RetireAsync()
    {
        _isRetired = true;
        if (Interlocked.Exchange(ref _running, 1) == 0) _idle.TrySetResult();
        await _idle.Task.WaitAsync(timeout, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await stream.DisposeAsync();
        }
        catch (Exception)
        {
            // It is over all the same, and must not keep the other one waiting.
            stream.Abort();
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            var batch = ArrayPool<byte>.Shared.Rent(BatchSize);
            do
            {
                while (queue.Count > 0 && !_isRetired) await WriteSomeAsync(batch);
                if (_isRetired) break;
                Volatile.Write(ref _running, 0);

                // Whoever added a frame after our last look saw us running.
            }
            while (queue.Count > 0 && Interlocked.Exchange(ref _running, 1) == 0);

            // After a failure the buffer is left to the collector: the write may still be looking at it.
            ArrayPool<byte>.Shared.Return(batch);
            if (_isRetired) _idle.TrySetResult();
        }
        catch (Exception error)
        {
            // Stays "running": nothing is written to a broken stream.
            _idle.TrySetResult();
            failed(this, error);
        }
    }

    private async ValueTask WriteSomeAsync(byte[] batch)
    {
        var (length, frames) = (0, 0);
        while (queue.Take(BatchSize - length) is { } frame)
        {
            frame.Bytes.CopyTo(batch.AsMemory(length));
            length += frame.Bytes.Length;
            frames++;
        }

        ReadOnlyMemory<byte> bytes = batch.AsMemory(0, length);
        if (frames == 0)
        {
            if (queue.Take(int.MaxValue) is not { } large) return;
            (bytes, frames) = (large.Bytes, 1);
        }

        await WriteAsync(bytes);
        PubSubMetrics.SentFrames.Add(frames);
        PubSubMetrics.SentBytes.Add(bytes.Length);
        if (queue.TakeRelief()) drained(this);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var write = stream.WriteAsync(bytes, CancellationToken.None);
        if (write.IsCompletedSuccessfully) await write;
        else await write.AsTask().WaitAsync(timeout, clock);
    }
}
