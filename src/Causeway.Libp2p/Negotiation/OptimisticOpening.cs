using System.Buffers;
using System.Runtime.ExceptionServices;
using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Negotiation;

/// <summary>
/// Opens a stream without waiting: the proposal leaves with whatever is written first, and the answer is checked by whoever reads first.
/// One reader and one writer may use it at once.
/// </summary>
internal sealed class OptimisticOpening(MuxedStream stream, string protocol)
{
    /// <summary>First data up to this size is copied behind the proposal, so that both leave in one frame; more follows in a second write.</summary>
    private const int MaxJoined = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly OptimisticProposal _proposal = new(protocol);
    private Task? _sending;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Sends the proposal (once) and <paramref name="data"/> after it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> data, bool completeWrites, CancellationToken cancellationToken)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? other;
        lock (_gate)
        {
            other = _sending;
            _sending ??= sent.Task;
        }

        if (other is not null)
        {
            await other.WaitAsync(cancellationToken);
            if (!data.IsEmpty || completeWrites) await stream.WriteAsync(data, completeWrites, cancellationToken);
            return;
        }

        try
        {
            await SendFirstAsync(data, completeWrites, cancellationToken);
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

    /// <summary>Half-closes with the proposal, or after it.</summary>
    public void CompleteWrites()
    {
        // A failure resets the stream, which its reader and WritesClosed tell.
        _ = SendAsync(default, completeWrites: true, CancellationToken.None).ContinueWith(
            static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Reads and checks the answer, with <paramref name="scratch"/> as working space. May be called again after a cancellation.</summary>
    /// <exception cref="Libp2pException">The other end refused or broke the rules; the stream has been reset.</exception>
    public async ValueTask ReceiveAsync(Memory<byte> scratch, CancellationToken cancellationToken)
    {
        _failure?.Throw();
        await SendAsync(default, completeWrites: false, CancellationToken.None).WaitAsync(cancellationToken);
        if (scratch.IsEmpty) scratch = new byte[_proposal.Wanted];
        while (_proposal.Wanted > 0)
        {
            var read = await stream.ReadAsync(scratch[..Math.Min(scratch.Length, _proposal.Wanted)], cancellationToken);
            try
            {
                if (read == 0) throw NegotiationChannel.Ended();
                _proposal.Receive(scratch.Span[..read]);
            }
            catch (Libp2pException e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
                stream.Abort();
                throw;
            }
        }
    }

    private async Task SendFirstAsync(ReadOnlyMemory<byte> data, bool completeWrites, CancellationToken cancellationToken)
    {
        var frames = _proposal.Frames;
        if (data.IsEmpty)
        {
            await stream.WriteAsync(frames, completeWrites, cancellationToken);
            return;
        }

        var head = data[..Math.Min(data.Length, MaxJoined)];
        var joined = ArrayPool<byte>.Shared.Rent(frames.Length + head.Length);
        try
        {
            frames.CopyTo(joined);
            head.CopyTo(joined.AsMemory(frames.Length));
            await stream.WriteAsync(joined.AsMemory(0, frames.Length + head.Length), completeWrites && head.Length == data.Length, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }

        if (head.Length < data.Length) await stream.WriteAsync(data[head.Length..], completeWrites, cancellationToken);
    }
}
