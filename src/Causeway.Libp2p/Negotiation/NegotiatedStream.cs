using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Streams;

namespace Causeway.Libp2p.Negotiation;

/// <summary>A muxed stream with its protocol, which may still have to be proposed and confirmed.</summary>
internal sealed class NegotiatedStream : Libp2pStream
{
    // How long the end of our side waits for the answer to the proposal.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly MuxedStream _stream;
    private volatile OptimisticOpening? _opening;
    private bool _disposed;

    public NegotiatedStream(MuxedStream stream, IConnection connection, string protocol, bool agreed)
    {
        (_stream, Connection, Protocol) = (stream, connection, protocol);
        if (!agreed) _opening = new OptimisticOpening(stream, protocol, (connection as Connection)?.Endings);
    }

    public override string Protocol { get; }

    public override IConnection Connection { get; }

    public override long Id => _stream.Id;

    public override bool IsInbound => _stream.IsInbound;

    public override Task ReadsClosed => _stream.ReadsClosed;

    public override Task WritesClosed => _stream.WritesClosed;

    public override bool CanTimeout => _stream.CanTimeout;

    public override int ReadTimeout { get => _stream.ReadTimeout; set => _stream.ReadTimeout = value; }

    public override int WriteTimeout { get => _stream.WriteTimeout; set => _stream.WriteTimeout = value; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _opening is { } opening ? ReadFirstAsync(opening, buffer, cancellationToken) : _stream.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken = default) =>
        _opening is { } opening ? WriteFirstAsync(opening, buffer, completeWrites, cancellationToken) : _stream.WriteAsync(buffer, completeWrites, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _opening is null ? _stream.WriteAsync(buffer, cancellationToken) : WriteAsync(buffer, completeWrites: false, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_opening is { } opening) await opening.SendAsync(default, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    public override void CompleteWrites()
    {
        if (_opening is { } opening) opening.CompleteWrites(AnswerPatience);
        else _stream.CompleteWrites();
    }

    public override void Abort(long errorCode = 0) => _stream.Abort(errorCode);

#pragma warning disable VSTHRD002 // The synchronous members of Stream block by definition; nothing in here uses them.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    public override async ValueTask DisposeAsync()
    {
        if (!_disposed && !DisposesLater()) await _stream.DisposeAsync();
        _disposed = true;
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed && !DisposesLater()) _stream.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }

    /// <summary>What was written on a stream that has not been answered yet must still arrive; see <see cref="OptimisticOpening"/>.</summary>
    private bool DisposesLater()
    {
        if (_opening is not { IsSent: true } opening || _stream.WritesClosed.IsCompleted) return false;
        opening.Dispose(AnswerPatience);
        return true;
    }

    private async ValueTask<int> ReadFirstAsync(OptimisticOpening opening, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await opening.ReceiveAsync(cancellationToken);
        _opening = null;
        return await _stream.ReadAsync(buffer, cancellationToken);
    }

    private static async ValueTask WriteFirstAsync(
        OptimisticOpening opening, ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken)
    {
        await opening.SendAsync(buffer, cancellationToken);
        if (completeWrites) opening.CompleteWrites(AnswerPatience);
    }
}
