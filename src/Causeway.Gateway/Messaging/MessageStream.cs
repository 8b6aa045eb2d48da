using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Causeway.Libp2p;
using Causeway.Libp2p.Streams;

namespace Causeway.Gateway.Messaging;

/// <summary>
/// One libp2p stream of a channel: a loop that reads frames and a loop that writes acknowledgements and messages in batches. It ends when either loop does,
/// and then tells its channel once.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "RunAsync disposes the source; the semaphore is used without its wait handle and so holds nothing that must be released.")]
internal sealed class MessageStream(Libp2pStream stream, MessageChannel channel, MessagingOptions options, MemoryBudget budget)
{
    /// <summary>Bytes gathered into one write; some 500 short messages.</summary>
    private const int BatchBytes = 64 * 1024;

    // Acknowledgements that may wait for a peer that sends and does not read; past it the stream is reset.
    private const int MaxPendingAckBytes = 1024 * 1024;

    // Unfinished frames up to this length are not counted: every stream may have one.
    private const int FreeFrameLength = 64 * 1024;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private ArrayBufferWriter<byte> _acks = new();
    private ArrayBufferWriter<byte> _acksBeingWritten = new();
    private bool _ending;
    private bool _aborted;

    /// <summary>Whether the other end opened it.</summary>
    public bool IsInbound => stream.IsInbound;

    /// <summary>Whether it goes through a relay.</summary>
    public bool IsRelayed => stream.Connection.IsRelayed;

    /// <summary>Runs both loops until the stream ends; never throws. The result is why it ended, null for a graceful end.</summary>
    public async Task<Exception?> RunAsync()
    {
        var reading = ReadAsync();
        var writing = WriteAsync();
        var first = await Task.WhenAny(reading, writing);
        var reason = await first;
        channel.Detach(this);
        Stop();
        if (reason is not null || _aborted) stream.Abort();

        // After the other end's last frame its acknowledgements still go out; in all other cases nothing is left to wait for.
        if (first == reading && reason is null) _ended.CancelAfter(LastWords);
        else await _ended.CancelAsync();
        await Task.WhenAll(reading, writing);
        await stream.DisposeAsync();
        _ended.Dispose();
        return reason;
    }

    /// <summary>There may be something to write.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
    }

    /// <summary>Queues an acknowledgement. It goes out with the next <see cref="Wake"/>.</summary>
    /// <returns>False when the other end does not take its acknowledgements.</returns>
    public bool TryAcknowledge(ReadOnlySpan<byte> id)
    {
        lock (_lock)
        {
            if (_acks.WrittenCount > MaxPendingAckBytes) return false;
            var length = MessageCodec.AckLength(id.Length);
            MessageCodec.WriteAck(_acks.GetSpan(length)[..length], id);
            _acks.Advance(length);
            return true;
        }
    }

    /// <summary>Ends the stream: gracefully after what was taken is written, or at once.</summary>
    public void End(bool abort)
    {
        _aborted |= abort;
        Stop();
        if (abort) stream.Abort();
    }

    private void Stop()
    {
        lock (_lock) _ending = true;
        Wake();
    }

    private async Task<Exception?> ReadAsync()
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        long reserved = 0;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(_ended.Token);
                var buffer = result.Buffer;
                long unfinished;
                while (TryReadFrame(ref buffer, out var frame, out unfinished))
                {
                    await channel.ReceiveAsync(this, MessageCodec.Read(Flat(frame)), _ended.Token);
                }

                Wake();
                Reserve(ref reserved, unfinished);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted) return buffer.IsEmpty ? null : MessageCodec.Violation("the stream ended inside a frame");
            }
        }
        catch (Exception e)
        {
            return e;
        }
        finally
        {
            budget.Release(reserved);
            await reader.CompleteAsync();
        }
    }

    private void Reserve(ref long reserved, long wanted)
    {
        if (wanted == reserved) return;
        budget.Release(reserved);
        reserved = 0;
        if (!budget.TryReserve(wanted)) throw new Libp2pException(Libp2pError.ResourceLimit, "too many large messages are being received at once");
        reserved = wanted;
    }

    // For a frame that is not all there yet, unfinished is what it will occupy, unless it is small.
    private bool TryReadFrame(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame, out long unfinished)
    {
        frame = default;
        unfinished = 0;
        if (buffer.Length < MessageCodec.HeaderLength) return false;
        Span<byte> header = stackalloc byte[MessageCodec.HeaderLength];
        buffer.Slice(0, MessageCodec.HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length > options.MaxFrameBytes) throw MessageCodec.Violation($"a frame of {length} bytes; at most {options.MaxFrameBytes} are taken");
        if (buffer.Length < MessageCodec.HeaderLength + length)
        {
            if (length > FreeFrameLength) unfinished = length;
            return false;
        }

        frame = buffer.Slice(MessageCodec.HeaderLength, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private static ReadOnlyMemory<byte> Flat(ReadOnlySequence<byte> frame) => frame.IsSingleSegment ? frame.First : frame.ToArray();

    private async Task<Exception?> WriteAsync()
    {
        byte[]? batch = null;
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_ended.Token);
                if (TakeAcks() is { } acks) await stream.WriteAsync(acks, _ended.Token);
                while (true)
                {
                    batch ??= ArrayPool<byte>.Shared.Rent(BatchBytes);
                    var length = channel.Take(this, batch, out var large);
                    if (length > 0) await stream.WriteAsync(batch.AsMemory(0, length), _ended.Token);
                    if (!large.IsEmpty) await stream.WriteAsync(large, _ended.Token);
                    if (length == 0 && large.IsEmpty) break;
                    if (TakeAcks() is { } more) await stream.WriteAsync(more, _ended.Token);
                }

                await stream.FlushAsync(_ended.Token);
                ArrayPool<byte>.Shared.Return(batch);
                batch = null;
                lock (_lock)
                {
                    if (_ending && _acks.WrittenCount == 0) break;
                }
            }

            stream.CompleteWrites();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
        finally
        {
            if (batch is not null) ArrayPool<byte>.Shared.Return(batch);
        }
    }

    private ReadOnlyMemory<byte>? TakeAcks()
    {
        lock (_lock)
        {
            if (_acks.WrittenCount == 0) return null;
            (_acks, _acksBeingWritten) = (_acksBeingWritten, _acks);
            _acks.ResetWrittenCount();
            return _acksBeingWritten.WrittenMemory;
        }
    }
}
