using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Transports.Pipes;

/// <summary>
/// Reads a connection on demand. No pump runs; while nothing has arrived no buffer is held.
/// What is buffered is always one contiguous segment, so frames can be parsed and decrypted in place.
/// </summary>
internal abstract class OnDemandPipeReader : PipeReader
{
    private const int SmallestBuffer = 4 * 1024;

    // Two full Noise messages (2 + 65535 bytes each) and the unfinished front of a third: they are decrypted and handed on together.
    private const int LargestBuffer = 256 * 1024;

    // A consumer that never consumes has lost its way: every protocol here has smaller frames.
    private const int MostUnconsumed = 4 * 1024 * 1024;

    private readonly PipeWait _wait = new();
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _nextSize = SmallestBuffer;
    private bool _examinedAll = true;
    private bool _ended;
    private bool _completed;
    private bool _isReceiving;

    /// <summary>Whether the last <see cref="ReceiveAsync"/> still uses its buffer although it was cancelled; the next call then takes up where it was.</summary>
    protected virtual bool IsReceiving => false;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        return TryRead(out var result) ? new ValueTask<ReadResult>(result) : FillAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_wait.TakeRequest())
        {
            result = new ReadResult(Buffered, isCanceled: true, _ended);
            return true;
        }

        result = new ReadResult(Buffered, isCanceled: false, _ended);
        return _ended || (!_examinedAll && _end > _start);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_buffer is null) return;
        _start = consumed.GetInteger();
        _examinedAll = examined.GetInteger() >= _end;
        if (_start == _end && !_isReceiving) ReturnBuffer();
    }

    public override void CancelPendingRead() => _wait.Request();

    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;

        // A receive that goes on without us would write into what another one has rented: such a buffer is left to the collector.
        if (_isReceiving) _buffer = null;
        ReturnBuffer();
    }

    /// <summary>Completes when something has arrived, or the end; holds no buffer.</summary>
    protected abstract ValueTask WaitAsync(CancellationToken cancellationToken);

    /// <summary>Receives at least one byte, or 0 at the end.</summary>
    protected abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>What a reader is told of an error; null for those that are no business of the connection.</summary>
    protected abstract Libp2pException? Classify(Exception error);

    private ReadOnlySequence<byte> Buffered => _buffer is null ? default : new ReadOnlySequence<byte>(_buffer, _start, _end - _start);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FillAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static wait => ((PipeWait)wait!).Interrupt(), _wait);
        try
        {
            if (!_isReceiving)
            {
                if (_end == _start) await WaitAsync(_wait.Token);
                MakeRoom();
            }

            var space = _buffer!.Length - _end;
            var received = await ReceiveAsync(_buffer.AsMemory(_end), _wait.Token);
            _isReceiving = false;
            Received(received, space);
            return new ReadResult(Buffered, isCanceled: false, _ended);
        }
        catch (OperationCanceledException)
        {
            _isReceiving = IsReceiving;
            if (_end == _start && !_isReceiving) ReturnBuffer();
            var requested = _wait.TakeRequest();
            _wait.Reset();
            if (!requested) cancellationToken.ThrowIfCancellationRequested();
            return new ReadResult(Buffered, isCanceled: true, _ended);
        }
        catch (Exception error) when (Classify(error) is not null)
        {
            throw Classify(error)!;
        }
        finally
        {
            await registration.DisposeAsync();
        }
    }

    private void Received(int count, int space)
    {
        if (count == 0)
        {
            _ended = true;
            if (_start == _end) ReturnBuffer();
            return;
        }

        _end += count;
        _examinedAll = false;
        if (count == space) _nextSize = Math.Min(_nextSize * 2, LargestBuffer);
        else if (count < _nextSize / 4) _nextSize = Math.Max(_nextSize / 2, SmallestBuffer);
    }

    private void MakeRoom()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(_nextSize);
            _start = _end = 0;
            return;
        }

        // More of an unfinished frame is awaited. Room behind it is used while there is a fair amount; else the frame moves to the front of a fresh buffer.
        var held = _end - _start;
        if (_buffer.Length - _end >= Math.Max(held, SmallestBuffer / 2)) return;
        if (held > MostUnconsumed)
            throw new Libp2pException(Libp2pError.ResourceLimit, $"More than {MostUnconsumed} bytes were buffered without being consumed.");
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_nextSize, held * 2));
        _buffer.AsSpan(_start, held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _start = 0;
        _end = held;
    }

    private void ReturnBuffer()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
        _examinedAll = true;
    }
}
