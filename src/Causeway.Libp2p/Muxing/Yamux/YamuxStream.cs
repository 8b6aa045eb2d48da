namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>A Yamux stream as its users see it. Writing is guarded by the muxer's lock, reading by a lock of its own; the two never nest.</summary>
internal sealed partial class YamuxStream : MuxedStream
{
    private readonly YamuxMuxer _muxer;
    private readonly StreamState _state;
    private int _disposed;

    public YamuxStream(YamuxMuxer muxer, StreamState state)
    {
        _muxer = muxer;
        _state = state;
        _buffer = new ReceiveBuffer(state.Memory);
        PendingWrite = new WriteOperation(muxer, this);
        _read = new ReadOperation(this);
    }

    /// <inheritdoc/>
    public override long Id => _state.Id;

    /// <inheritdoc/>
    public override bool IsInbound => _state.IsInbound;

    /// <inheritdoc/>
    public override bool CanRead => Volatile.Read(ref _disposed) == 0;

    /// <inheritdoc/>
    public override bool CanWrite => Volatile.Read(ref _disposed) == 0;

    /// <summary>What the session knows of it.</summary>
    public StreamState State => _state;

    /// <summary>Whether everything that the other end sent is here, its end of data included.</summary>
    public bool HasAllData => Volatile.Read(ref _endOfData);

    /// <summary>Both directions fail; data that is complete (its end has arrived) stays readable.</summary>
    public void Fail(Exception failure)
    {
        FailReads(failure);
        _muxer.FailWrites(this, failure);
    }

    /// <inheritdoc/>
    public override void Abort(long errorCode = 0)
    {
        var code = (uint)Math.Clamp(errorCode, 0, uint.MaxValue);
        var failure = new Libp2pException(Libp2pError.StreamReset, $"The stream was aborted here with code {code}.");
        FailReads(failure, drop: true);
        _muxer.Reset(this, code, failure);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            FailReads(new Libp2pException(Libp2pError.StreamReset, "The stream was disposed here before the end of its data."), drop: true);
            _muxer.Discard(this);
        }

        base.Dispose(disposing);
    }
}
