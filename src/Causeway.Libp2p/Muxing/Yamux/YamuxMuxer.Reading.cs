using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <content>
/// The read loop. It runs on whichever thread completes the pipe's read. When a batch of frames has been taken apart, the loop first waits for the next
/// bytes and only then lets a waiting reader go on, on the same thread: that saves the change of thread that would otherwise dominate the latency of a
/// request, and the application cannot hold up the loop, because the loop is already someone else's.
/// </content>
internal sealed partial class YamuxMuxer
{
    private readonly Action _onRead;
    private ValueTaskAwaiter<ReadResult> _reading;
    private ReadOperation? _ready;
    private StreamState? _target;
    private bool _targetEnds;
    private int _payloadLeft;
    private TimeSpan _readAt;
    private int _readerDone;

    private void OnRead()
    {
        if (TakeRead(_reading)) ReadLoop();
    }

    private void ReadLoop()
    {
        while (true)
        {
            ValueTaskAwaiter<ReadResult> reading;
            try
            {
#pragma warning disable CA2012 // The awaiter is used once: by TakeRead, when it is complete.
                reading = _input.ReadAsync().GetAwaiter();
#pragma warning restore CA2012
            }
            catch (Exception e)
            {
                EndReading(e);
                return;
            }

            var ready = _ready;
            _ready = null;
            if (!reading.IsCompleted)
            {
                _reading = reading;
                reading.UnsafeOnCompleted(_onRead);

                // The loop may be running on another thread by now: nothing below touches its fields.
                AfterBatch();
                Execute(ready);
                return;
            }

            AfterBatch();
            Queue(ready);
            if (!TakeRead(reading)) return;
        }
    }

    private bool TakeRead(ValueTaskAwaiter<ReadResult> reading)
    {
        try
        {
#pragma warning disable VSTHRD002 // It is complete.
            var result = reading.GetResult();
#pragma warning restore VSTHRD002
            if (Volatile.Read(ref _ending) is not null && !_lingering)
            {
                EndReading(null);
                return false;
            }

            var buffer = result.Buffer;
            if (_lingering)
            {
                _input.AdvanceTo(buffer.End);
            }
            else
            {
                _keepAlive.Received(_readAt = Now);
                var consumed = TakeApart(buffer);
                _input.AdvanceTo(consumed, buffer.End);
                if (result.IsCompleted && !buffer.IsEmpty && !buffer.Slice(consumed).IsEmpty) _truncated = true;
            }

            if (!result.IsCompleted && !(result.IsCanceled && _lingering)) return true;
            EndReading(null);
            return false;
        }
        catch (Exception e)
        {
            EndReading(e);
            return false;
        }
    }

    private SequencePosition TakeApart(in ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (true)
        {
            while (_payloadLeft > 0)
            {
                var span = reader.UnreadSpan;
                if (span.IsEmpty) return reader.Position;
                if (span.Length > _payloadLeft) span = span[.._payloadLeft];
                TakePayload(span);
                reader.Advance(span.Length);
            }

            if (reader.Remaining < FrameHeader.Size) return reader.Position;
            if (!TakeHeader(ref reader)) return buffer.End;
        }
    }

    private bool TakeHeader(ref SequenceReader<byte> reader)
    {
        Span<byte> copy = stackalloc byte[FrameHeader.Size];
        scoped var bytes = reader.UnreadSpan;
        if (bytes.Length < FrameHeader.Size)
        {
            _ = reader.TryCopyTo(copy);
            bytes = copy;
        }

        var header = FrameHeader.Read(bytes);
        reader.Advance(FrameHeader.Size);
        ReceivedFrame frame;
        lock (Gate)
        {
            if (_ending is not null) return false;
            frame = _session.Receive(header, _readAt);
            AdmitOpeners();
            if (frame.Has(ReceivedEffects.Opened)) Offer(frame);
            if (frame.Has(ReceivedEffects.Pong)) AnswerPings();
        }

        var over = frame.Has(ReceivedEffects.Reset | ReceivedEffects.Broken);
        if (over) FailStream(frame);
        _payloadLeft = frame.Payload;
        _target = over ? null : frame.Stream;
        _targetEnds = frame.Has(ReceivedEffects.Fin);
        if (_payloadLeft == 0) EndFrame();
        return true;
    }

    private void Offer(in ReceivedFrame frame)
    {
        var state = frame.Stream!;
        state.Stream = new YamuxStream(this, state);
        if (frame.Has(ReceivedEffects.Reset) || !_accepted.Writer.TryWrite(state.Stream)) _session.Accepted();
    }

    private static void FailStream(in ReceivedFrame frame) => frame.Stream!.Stream!.Fail(new Libp2pException(
        Libp2pError.StreamReset,
        frame.Has(ReceivedEffects.Reset) ? $"The other end reset the stream (code {frame.Code})." : "The stream was reset: data came after its end."));

    private void TakePayload(ReadOnlySpan<byte> payload)
    {
        _payloadLeft -= payload.Length;
        if (_target is { } target)
        {
            if (!target.Stream!.TryReceive(payload, out var direct, out var ready))
            {
                _target = null;
                Reset(target.Stream, 0, new Libp2pException(Libp2pError.ResourceLimit, "The stream was reset: there is no memory left for data that nobody reads."), fail: true);
            }

            if (direct > 0) lock (Gate) _session.Consumed(target, direct, _readAt);
            if (ready is not null) AddReady(ready);
        }

        if (_payloadLeft == 0) EndFrame();
    }

    private void EndFrame()
    {
        if (_target is not { } target) return;
        _target = null;
        if (!_targetEnds) return;
        lock (Gate)
        {
            _session.ReceiveFin(target);
            AdmitOpeners();
        }

        if (target.Stream!.ReceiveEnd() is { } ready) AddReady(ready);
    }

    private void AddReady(ReadOperation operation)
    {
        operation.Next = _ready;
        _ready = operation;
    }

    /// <summary>What the batch left to send goes out; payload (which takes longer) on another thread, so that reading goes on.</summary>
    private void AfterBatch()
    {
        bool mine, inline;
        lock (Gate)
        {
            inline = !_session.HasDataWork;
            CheckDrained();
            mine = TryOwnWriter();
        }

        if (mine)
        {
            if (inline) Pump();
            else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        EndIfFinished();
    }

    /// <summary>All but one on other threads, the last one here.</summary>
    private static void Execute(ReadOperation? list)
    {
        if (list is null) return;
        var rest = list.Next;
        list.Next = null;
        Queue(rest);
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack()) list.Execute();
        else ThreadPool.UnsafeQueueUserWorkItem(list, preferLocal: false);
    }

    private static void Queue(ReadOperation? list)
    {
        while (list is { } operation)
        {
            list = operation.Next;
            operation.Next = null;
            ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: false);
        }
    }
}
