using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>
/// The combining writer. Whoever has something to send and finds the pipe free owns it: takes frames (control first, then one data frame of each
/// stream in turn) into the pipe, flushes, and goes on until nothing is left. Whoever finds it owned leaves the work to the owner: many writes, few flushes.
/// </content>
internal sealed partial class YamuxMuxer : IThreadPoolWorkItem
{
    /// <summary>Flushes that a caller makes for others before a thread of the pool takes over.</summary>
    private const int MaxCallerFlushes = 16;

    /// <summary>Room asked for in the pipe for small frames and for the rest of large ones.</summary>
    private const int SmallRoom = 4096 - FrameHeader.Size;

    /// <summary>Room asked for when there is more: as much as one Noise message carries in 64 KiB.</summary>
    private const int BulkRoom = 65536 - 18 - FrameHeader.Size;

    private readonly Action _onFlushed;
    private ValueTaskAwaiter<FlushResult> _flushing;
    private TaskCompletionSource? _drained;
    private bool _writerOwned;
    private bool _flushPending;
    private bool _outputDone;

    /// <summary>The pool's turn to send.</summary>
    void IThreadPoolWorkItem.Execute() => Pump();

    private bool TryOwnWriter()
    {
        if (_writerOwned || !_session.HasWork) return false;
        return _writerOwned = true;
    }

    private void OnFlushed()
    {
        lock (Gate) _flushPending = false;
        if (TakeFlush(_flushing)) Pump();
    }

    private void Pump()
    {
        for (var flushes = 0; ; flushes++)
        {
            if (flushes == MaxCallerFlushes)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            try
            {
                if (!Fill())
                {
                    EndIfFinished();
                    return;
                }

#pragma warning disable CA2012 // The awaiter is used once: by TakeFlush, when it is complete.
                var flushing = _output.FlushAsync().GetAwaiter();
#pragma warning restore CA2012
                if (!flushing.IsCompleted)
                {
                    bool ending;
                    lock (Gate)
                    {
                        _flushing = flushing;
                        _flushPending = true;
                        ending = _ending is not null;
                    }

                    flushing.UnsafeOnCompleted(_onFlushed);
                    if (ending) _output.CancelPendingFlush();
                    return;
                }

                if (!TakeFlush(flushing)) return;
            }
            catch (Exception e)
            {
                FailWriting(e);
                return;
            }
        }
    }

    private bool TakeFlush(ValueTaskAwaiter<FlushResult> flushing)
    {
        try
        {
#pragma warning disable VSTHRD002 // It is complete.
            if (!flushing.GetResult().IsCompleted) return true;
#pragma warning restore VSTHRD002
            FailWriting(null);
        }
        catch (Exception e)
        {
            FailWriting(e);
        }

        return false;
    }

    /// <summary>Puts frames into the pipe, up to <see cref="YamuxOptions.FlushSize"/>; false when there was none, and the pipe is free again.</summary>
    private bool Fill()
    {
        var size = 0;
        WriteOperation? copied = null;
        WriteOperation? done = null;
        while (true)
        {
            OutgoingFrame frame;
            ReadOnlyMemory<byte> payload = default;
            lock (Gate)
            {
                if (copied is not null) EndChunk(copied, ref done);
                if (size >= _options.FlushSize || !_session.TryTake(out frame))
                {
                    if (size == 0) ReleaseWriter();
                    break;
                }

                copied = null;
                if (frame.Header is { Type: FrameType.Ping, Flags: FrameFlags.Syn }) _session.PingSent(Now);
                if (frame.Stream?.Stream is { } stream)
                {
                    if (frame.Payload > 0) payload = (copied = stream.PendingWrite).TakeChunk(frame.Payload);
                    if (frame.Header.Has(FrameFlags.Fin)) stream.OnFinSent();
                }
            }

            try
            {
                Put(frame.Header, payload.Span, size == 0);
            }
            catch (Exception e)
            {
                var lost = Lost(e);
                Abandon(copied, done, lost);
                throw lost;
            }

            size += FrameHeader.Size + payload.Length;
        }

        Complete(done);
        return size > 0;
    }

    /// <summary>The pipe failed while bytes were being copied: their write fails here, because the end of the connection leaves it to whoever copies.</summary>
    private void Abandon(WriteOperation? copied, WriteOperation? done, Exception failure)
    {
        lock (Gate)
        {
            if (copied is not null && copied.AbandonChunk(failure)) Later(copied);
        }

        Complete(done);
    }

    private void EndChunk(WriteOperation operation, ref WriteOperation? done)
    {
        if (!operation.EndChunk()) return;
        if (operation.Completes) _session.QueueFin(operation.Stream.State);
        if (!operation.IsAwaited) return;
        operation.Next = done;
        done = operation;
    }

    private void Put(in FrameHeader header, ReadOnlySpan<byte> payload, bool first)
    {
        // The pipe beneath encrypts piece by piece: a fresh one gets room for a whole frame, later ones fill what room there is.
        var span = _output.GetSpan(FrameHeader.Size + Math.Min(payload.Length, first ? BulkRoom : SmallRoom));
        header.Write(span);
        var n = Math.Min(payload.Length, span.Length - FrameHeader.Size);
        payload[..n].CopyTo(span[FrameHeader.Size..]);
        _output.Advance(FrameHeader.Size + n);
        for (payload = payload[n..]; !payload.IsEmpty; payload = payload[n..])
        {
            span = _output.GetSpan(Math.Min(payload.Length, SmallRoom));
            n = Math.Min(payload.Length, span.Length);
            payload[..n].CopyTo(span);
            _output.Advance(n);
        }
    }

    /// <summary>Nothing is left to send: the pipe is free, or finished when the connection has ended.</summary>
    private void ReleaseWriter()
    {
        if (_ending is not null)
        {
            // It stays owned, so that nobody touches the completed pipe.
            if (_outputDone) return;
            _outputDone = true;
            _output.Complete();
            _ = _writingEnded.TrySetResult();
            return;
        }

        _writerOwned = false;
        AdmitOpeners();
        CheckDrained();
    }

    private void FailWriting(Exception? failure)
    {
        var reason = Lost(failure);
        lock (Gate)
        {
            if (!_outputDone)
            {
                // With the reason: a writer that has buffered something must not try to finish it on a transport that is gone.
                _outputDone = true;
                _output.Complete(reason);
                _ = _writingEnded.TrySetResult();
            }
        }

        End(reason, null);
    }

    private static Libp2pException Lost(Exception? failure) =>
        failure as Libp2pException ?? new Libp2pException(Libp2pError.ConnectionClosed, "The connection was lost: nothing can be sent any more.", failure);

    private static void Complete(WriteOperation? list)
    {
        while (list is { } operation)
        {
            list = operation.Next;
            operation.Next = null;
            Later(operation);
        }
    }

    private static void Later(WriteOperation operation)
    {
        if (operation.IsAwaited) ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: false);
    }
}
