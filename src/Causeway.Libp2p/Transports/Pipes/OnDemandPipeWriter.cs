using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Transports.Pipes;

/// <summary>Writes a connection in <see cref="FlushAsync"/>; between flushes of an idle connection no buffer is held.</summary>
internal abstract class OnDemandPipeWriter : PipeWriter
{
    private const int SmallestBuffer = 4 * 1024;

    // Up to here what is written between two flushes stays contiguous and leaves in one system call; beyond it segments are chained.
    private const int LargestContiguous = 128 * 1024;

    private readonly PipeWait _wait = new();
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[]? _buffer;
    private int _count;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _count + _full.Sum(s => (long)s.Count);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_count);
    }

    public override void Advance(int bytes)
    {
        if (bytes == 0 && _buffer is null) return;
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _count);
        _count += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (_wait.TakeRequest()) return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: false));
        if (_count != 0 || _full.Count != 0) return SendBufferedAsync(default, cancellationToken);
        ReturnBuffer();
        return default;
    }

    /// <summary>Sends <paramref name="source"/> without copying it, after what was written before.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (source.Length < SmallestBuffer)
        {
            source.Span.CopyTo(GetSpan(source.Length));
            _count += source.Length;
            return FlushAsync(cancellationToken);
        }

        return SendBufferedAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => _wait.Request();

    /// <summary>Ends our direction: the other end reads what was flushed and then the end of data.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;
        Discard();
        EndSending();
    }

    /// <summary>The same without touching buffers: callable while a flush is under way, which then fails.</summary>
    public abstract void EndSending();

    /// <summary>Hands everything to the operating system, or to whatever is beneath.</summary>
    protected abstract ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>What a writer is told of an error; null for those that are no business of the connection.</summary>
    protected abstract Libp2pException? Classify(Exception error);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> SendBufferedAsync(ReadOnlyMemory<byte> last, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static wait => ((PipeWait)wait!).Interrupt(), _wait);
        try
        {
            while (_full.Count > 0)
            {
                var segment = _full[0];
                await SendAsync(segment, _wait.Token);
                _full.RemoveAt(0);
                ArrayPool<byte>.Shared.Return(segment.Array!);
            }

            if (_count > 0) await SendAsync(new ArraySegment<byte>(_buffer!, 0, _count), _wait.Token);
            ReturnBuffer();
            if (!last.IsEmpty) await SendAsync(last, _wait.Token);
            return default;
        }
        catch (OperationCanceledException error)
        {
            // Part of a frame may have left: nothing sensible can follow on this connection.
            Discard();
            var requested = _wait.TakeRequest();
            _wait.Reset();
            if (!requested) cancellationToken.ThrowIfCancellationRequested();
            throw new Libp2pException(Libp2pError.ConnectionClosed, "A write was cancelled half-way; the connection cannot be used any more.", error);
        }
        catch (Exception error) when (Classify(error) is not null)
        {
            Discard();
            throw Classify(error)!;
        }
        finally
        {
            await registration.DisposeAsync();
        }
    }

    private void MakeRoom(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        var wanted = Math.Max(sizeHint, 1);
        if (_buffer is null)
        {
            // Behind a large piece more may follow, the rest of a message in a frame of its own: it has room at once and nothing is moved.
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, wanted < LargestContiguous / 4 ? SmallestBuffer : LargestContiguous));
            return;
        }

        if (_buffer.Length - _count >= wanted) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted + _count, _buffer.Length * 2));
        if (_count + wanted <= LargestContiguous)
        {
            _buffer.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        else
        {
            _full.Add(new ArraySegment<byte>(_buffer, 0, _count));
            _count = 0;
        }

        _buffer = larger;
    }

    private void Discard()
    {
        foreach (var segment in _full) ArrayPool<byte>.Shared.Return(segment.Array!);
        _full.Clear();
        ReturnBuffer();
    }

    private void ReturnBuffer()
    {
        _count = 0;
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }
}
