using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>Writes a socket in <see cref="FlushAsync"/>; between flushes of an idle connection no buffer is held.</summary>
internal sealed class SocketPipeWriter(Socket socket) : PipeWriter
{
    private const int SmallestBuffer = 4 * 1024;

    // Up to here what is written between two flushes stays contiguous and leaves in one system call; beyond it segments are chained.
    private const int LargestContiguous = 128 * 1024;

    private readonly SocketWait _wait = new();
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
        if (_count != 0 || _full.Count != 0) return SendAsync(default, cancellationToken);
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

        return SendAsync(source, cancellationToken);
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
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection has ended already: nothing is left to say.
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> last, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static wait => ((SocketWait)wait!).Interrupt(), _wait);
        try
        {
            while (_full.Count > 0)
            {
                var segment = _full[0];
                await SendAllAsync(segment);
                _full.RemoveAt(0);
                ArrayPool<byte>.Shared.Return(segment.Array!);
            }

            if (_count > 0) await SendAllAsync(new ArraySegment<byte>(_buffer!, 0, _count));
            ReturnBuffer();
            if (!last.IsEmpty) await SendAllAsync(last);
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
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Discard();
            throw SocketErrors.Transferring(error);
        }
        finally
        {
            await registration.DisposeAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty) data = data[await socket.SendAsync(data, SocketFlags.None, _wait.Token)..];
    }

    private void MakeRoom(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        var wanted = Math.Max(sizeHint, 1);
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, SmallestBuffer));
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
