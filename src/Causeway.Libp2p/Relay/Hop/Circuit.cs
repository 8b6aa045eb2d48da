using System.Buffers;
using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Relay.Hop;

/// <summary>
/// Two streams that carry on in each other. An end of data goes through, a reset of either resets the other, a writer waits until the reader has
/// taken its bytes. While nothing moves no buffer is held.
/// </summary>
internal sealed class Circuit(MuxedStream source, MuxedStream target, CircuitLimit? limit, int bufferSize)
{
    // What a circuit begins with; bulk data gets larger ones.
    private const int SmallestBuffer = 4 * 1024;

    private int _ended;

    /// <summary>Copies until both directions have ended. Never throws.</summary>
    /// <returns>Why it was cut off; null when both ends have finished.</returns>
    public async Task<Exception?> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken.UnsafeRegister(static circuit => ((Circuit)circuit!).Abort(), this);
        await using var timer = limit is { Duration.Ticks: > 0 }
            ? time.CreateTimer(static circuit => ((Circuit)circuit!).Abort(), this, limit.Duration, Timeout.InfiniteTimeSpan)
            : null;
        var failures = await Task.WhenAll(PumpAsync(source, target), PumpAsync(target, source));
        return failures[0] ?? failures[1];
    }

    /// <summary>Resets both streams.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        source.Abort();
        target.Abort();
    }

    private async Task<Exception?> PumpAsync(MuxedStream from, MuxedStream to)
    {
        try
        {
            await CopyAsync(from, to);
            return null;
        }
        catch (Exception error)
        {
            Abort();
            return error;
        }
    }

    private async Task CopyAsync(MuxedStream from, MuxedStream to)
    {
        var left = limit is { Data: > 0 } ? limit.Data : long.MaxValue;
        var smallest = Math.Min(bufferSize, SmallestBuffer);
        var size = smallest;
        while (true)
        {
            // Waits until there is something to read, without a buffer to read it into.
            _ = await from.ReadAsync(Memory<byte>.Empty);
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var read = await from.ReadAsync(buffer.AsMemory(0, size));
                if (read == 0)
                {
                    to.CompleteWrites();
                    return;
                }

                var allowed = (int)Math.Min(read, left);
                if (allowed > 0) await to.WriteAsync(buffer.AsMemory(0, allowed));
                RelayMetrics.Transferred(allowed);
                left -= allowed;
                if (read == size) size = Math.Min(size * 2, bufferSize);
                else if (read < size / 4) size = Math.Max(size / 2, smallest);
                if (read > allowed) throw new Libp2pException(Libp2pError.ResourceLimit, "The circuit has carried as much as it may.");
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
