using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>
/// Reads a socket on demand. No pump runs; while nothing has arrived no buffer is held (a zero-byte receive waits for data).
/// What is buffered is always one contiguous segment, so frames can be parsed and decrypted in place.
/// </summary>
internal sealed class SocketPipeReader(Socket socket) : PipeReader
{
    private const int SmallestBuffer = 4 * 1024;

    // Two full Noise messages (2 + 65535 bytes each) nearly fit; larger reads gain nothing measurable on loopback.
    private const int LargestBuffer = 128 * 1024;

    // A consumer that never consumes has lost its way: every protocol here has smaller frames.
    private const int MostUnconsumed = 4 * 1024 * 1024;

    private readonly SocketWait _wait = new();
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _nextSize = SmallestBuffer;
    private bool _examinedAll = true;
    private bool _ended;
    private bool _completed;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        return TryRead(out var result) ? new ValueTask<ReadResult>(result) : ReceiveAsync(cancellationToken);
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
        if (_start == _end) ReturnBuffer();
    }

    public override void CancelPendingRead() => _wait.Request();

    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;
        ReturnBuffer();
    }

    private ReadOnlySequence<byte> Buffered => _buffer is null ? default : new ReadOnlySequence<byte>(_buffer, _start, _end - _start);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static wait => ((SocketWait)wait!).Interrupt(), _wait);
        try
        {
            if (_end == _start) _ = await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, _wait.Token);
            MakeRoom();
            var space = _buffer!.Length - _end;
            var received = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, _wait.Token);
            Received(received, space);
            return new ReadResult(Buffered, isCanceled: false, _ended);
        }
        catch (OperationCanceledException)
        {
            if (_end == _start) ReturnBuffer();
            var requested = _wait.TakeRequest();
            _wait.Reset();
            if (!requested) cancellationToken.ThrowIfCancellationRequested();
            return new ReadResult(Buffered, isCanceled: true, _ended);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw SocketErrors.Transferring(error);
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
