using System.IO.Pipelines;
using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>A muxed stream that is all there is on its pipe. Counts writes.</summary>
internal sealed class PipeMuxedStream(IDuplexPipe pipe, bool inbound) : MuxedStream
{
    private readonly TaskCompletionSource _readsClosed = new();
    private readonly TaskCompletionSource _writesClosed = new();
    private bool _completed;

    public List<byte[]> Writes { get; } = [];

    public bool Aborted { get; private set; }

    public override long Id => 1;

    public override bool IsInbound => inbound;

    public override Task ReadsClosed => _readsClosed.Task;

    public override Task WritesClosed => _writesClosed.Task;

    public static (PipeMuxedStream Dialer, PipeMuxedStream Listener) CreatePair()
    {
        var (a, b) = DuplexPipe.CreatePair();
        return (new PipeMuxedStream(a, inbound: false), new PipeMuxedStream(b, inbound: true));
    }

    public override void CompleteWrites()
    {
        if (_completed) return;
        _completed = true;
        pipe.Output.Complete();
        _writesClosed.TrySetResult();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken = default)
    {
        Writes.Add(buffer.ToArray());
        await pipe.Output.WriteAsync(buffer, cancellationToken);
        if (completeWrites) CompleteWrites();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WriteAsync(buffer, completeWrites: false, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await pipe.Input.ReadAsync(cancellationToken);
        var part = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        var count = (int)part.Length;
        foreach (var segment in part)
        {
            segment.CopyTo(buffer);
            buffer = buffer[segment.Length..];
        }

        pipe.Input.AdvanceTo(part.End);
        return count;
    }

    public override void Abort(long errorCode = 0)
    {
        Aborted = true;
        var reset = new Libp2pException(Libp2pError.StreamReset, "reset");
        pipe.Output.Complete(reset);
        pipe.Input.CancelPendingRead();
        _readsClosed.TrySetException(reset);
        _writesClosed.TrySetException(reset);
    }

    public override ValueTask DisposeAsync()
    {
        CompleteWrites();
        return base.DisposeAsync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
