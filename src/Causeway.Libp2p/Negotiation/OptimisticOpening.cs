using System.Buffers;
using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Negotiation;

/// <summary>
/// Opens a stream without waiting: the proposal leaves with whatever is written first, and the answer is checked by whoever reads first.
/// One reader and one writer may use it at once.
/// <para>
/// Our half-close waits for the answer. js-libp2p attaches a protocol's reader only after it has answered, and drops what it has buffered
/// by then when the end of the data is there already (seen with 2.10 and 3.3); its own dialers never close earlier either.
/// </para>
/// </summary>
internal sealed class OptimisticOpening(MuxedStream stream, string protocol, StreamEndings? endings = null)
{
    /// <summary>First data up to this size is copied behind the proposal, so that both leave in one frame; more follows in a second write.</summary>
    private const int MaxJoined = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly OptimisticProposal _proposal = new(protocol);
    private Task? _sending;
    private Task? _receiving;
    private bool _completed;

    /// <summary>Whether anything has been sent: a stream that was not is unknown to the other end.</summary>
    public bool IsSent
    {
        get
        {
            lock (_gate) return _sending is not null;
        }
    }

    /// <summary>Sends the proposal (once) and <paramref name="data"/> after it.</summary>
    /// <exception cref="InvalidOperationException">Our side is complete.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Begin(sent, !data.IsEmpty) is not { } other)
        {
            await SendFirstAsync(sent, data, cancellationToken);
            return;
        }

        await other.WaitAsync(cancellationToken);
        if (!data.IsEmpty) await stream.WriteAsync(data, cancellationToken);
    }

    /// <summary>Half-closes as soon as the answer is there, or has not come in time. A failure resets the stream, which its reader and WritesClosed tell.</summary>
    public void CompleteWrites(TimeSpan patience)
    {
        lock (_gate)
        {
            if (_completed) return;
            _completed = true;
        }

        _ = AfterAnswerAsync(() =>
        {
            stream.CompleteWrites();
            return ValueTask.CompletedTask;
        }, patience);
    }

    /// <summary>Lets go of the stream as soon as the answer is there, or has not come in time.</summary>
    public void Dispose(TimeSpan patience) => _ = AfterAnswerAsync(stream.DisposeAsync, patience);

    /// <summary>Reads and checks the answer.</summary>
    /// <exception cref="Libp2pException">The other end refused or broke the rules; the stream has been reset.</exception>
    public Task ReceiveAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? ours = null;
        Task receiving;
        lock (_gate)
        {
            if (_receiving is null) _receiving = (ours = new TaskCompletionSource()).Task;
            receiving = _receiving;
        }

        if (ours is not null) _ = ReceiveAsync(ours);
        return receiving.WaitAsync(cancellationToken);
    }

    private async Task ReceiveAsync(TaskCompletionSource received)
    {
        try
        {
            await ReadAnswerAsync();
            received.SetResult();
        }
        catch (Exception e)
        {
            received.SetException(e);
            _ = received.Task.Exception;
        }
    }

    private async Task ReadAnswerAsync()
    {
        // Whoever writes first sends the proposal along. Its answer, and what the other end makes of the data, may be there before all of that has left:
        // one that echoes takes no more until somebody reads.
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Begin(sent, hasData: false) is null) await SendFirstAsync(sent, default, CancellationToken.None);
        var scratch = new byte[_proposal.Wanted];
        while (_proposal.Wanted > 0)
        {
            var read = await stream.ReadAsync(scratch.AsMemory(0, Math.Min(scratch.Length, _proposal.Wanted)));
            try
            {
                if (read == 0) throw NegotiationChannel.Ended();
                _proposal.Receive(scratch.AsSpan(0, read));
            }
            catch (Libp2pException)
            {
                stream.Abort();
                throw;
            }
        }
    }

    // The first write, if there was one already; null where the caller's is the first.
    private Task? Begin(TaskCompletionSource sent, bool hasData)
    {
        lock (_gate)
        {
            if (_completed && hasData) throw new InvalidOperationException("Writes were completed: nothing can be written after that.");
            var other = _sending;
            _sending ??= sent.Task;
            return other;
        }
    }

    private async Task AfterAnswerAsync(Func<ValueTask> then, TimeSpan patience)
    {
        // A connection that closes gracefully waits for this: what was written counts as lost when its end is missing.
        endings?.Begin();
        try
        {
            // Refused, reset or silent: there is nobody to end for, but what the stream holds must be freed.
            var answered = ReceiveAsync(CancellationToken.None);
            await Task.WhenAll(answered, FirstWrite).WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await then();
        }
        finally
        {
            endings?.End();
        }
    }

    private Task FirstWrite
    {
        get
        {
            lock (_gate) return _sending ?? Task.CompletedTask;
        }
    }

    private async Task SendFirstAsync(TaskCompletionSource sent, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await SendFirstAsync(data, cancellationToken);
            sent.SetResult();
        }
        catch (Exception e)
        {
            // Half a proposal may be out: the stream is of no more use.
            stream.Abort();
            sent.SetException(e);
            _ = sent.Task.Exception;
            throw;
        }
    }

    private async Task SendFirstAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var frames = _proposal.Frames;
        if (data.IsEmpty)
        {
            await stream.WriteAsync(frames, cancellationToken);
            return;
        }

        var head = data[..Math.Min(data.Length, MaxJoined)];
        var joined = ArrayPool<byte>.Shared.Rent(frames.Length + head.Length);
        try
        {
            frames.CopyTo(joined);
            head.CopyTo(joined.AsMemory(frames.Length));
            await stream.WriteAsync(joined.AsMemory(0, frames.Length + head.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }

        if (head.Length < data.Length) await stream.WriteAsync(data[head.Length..], cancellationToken);
    }
}
