using System.IO.Pipelines;
using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Streams;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>One end of a pair of pipes that behaves like a muxed stream.</summary>
internal sealed class FakeStream : Libp2pStream
{
    private readonly Stream _reads;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly TaskCompletionSource _writesClosed = new();

    private FakeStream(string protocol, IConnection connection, PipeReader reader, PipeWriter writer, bool isInbound)
    {
        Protocol = protocol;
        Connection = connection;
        _reader = reader;
        _reads = reader.AsStream(leaveOpen: true);
        _writer = writer;
        IsInbound = isInbound;
    }

    public override long Id => 1;

    public override bool IsInbound { get; }

    public override string Protocol { get; }

    public override IConnection Connection { get; }

    public override Task ReadsClosed => Task.CompletedTask;

    public override Task WritesClosed => _writesClosed.Task;

    /// <summary>Whether this end was reset, by either side.</summary>
    public bool IsAborted { get; private set; }

    private FakeStream? Other { get; set; }

    public static (FakeStream Ours, FakeStream Theirs) CreatePair(string protocol, IConnection ours, IConnection theirs, long window = 256 * 1024)
    {
        var options = new PipeOptions(pauseWriterThreshold: window, resumeWriterThreshold: window / 2);
        var there = new Pipe(options);
        var back = new Pipe(options);
        var a = new FakeStream(protocol, ours, back.Reader, there.Writer, isInbound: false);
        var b = new FakeStream(protocol, theirs, there.Reader, back.Writer, isInbound: true) { Other = a };
        a.Other = b;
        return (a, b);
    }

    public override void CompleteWrites()
    {
        _writer.Complete();
        _writesClosed.TrySetResult();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken = default)
    {
        await WriteAsync(buffer, cancellationToken);
        if (completeWrites) CompleteWrites();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsAborted) throw new Libp2pException(Libp2pError.StreamReset, "reset");
        var result = await _writer.WriteAsync(buffer, cancellationToken);
        if (result.IsCompleted || result.IsCanceled || IsAborted) throw new Libp2pException(Libp2pError.StreamReset, "reset");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsAborted) throw new Libp2pException(Libp2pError.StreamReset, "reset");
        return await _reads.ReadAsync(buffer, cancellationToken);
    }

    public override void Abort(long errorCode = 0)
    {
        MarkAborted();
        Other?.MarkAborted();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void MarkAborted()
    {
        IsAborted = true;
        _writer.CancelPendingFlush();
        _writer.Complete(new Libp2pException(Libp2pError.StreamReset, "reset"));
        _reader.CancelPendingRead();
        Other?._writer.Complete(new Libp2pException(Libp2pError.StreamReset, "reset"));
    }
}
