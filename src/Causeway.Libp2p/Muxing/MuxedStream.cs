namespace Causeway.Libp2p.Muxing;

/// <summary>
/// One stream of a muxer, with the semantics of <c>QuicStream</c>: two independent directions, <see cref="CompleteWrites"/> half-closes ours,
/// <see cref="Abort"/> resets. Disposing completes writes gracefully when they are not complete and discards what is still to be read;
/// dispose before the other end finished reading never loses data that was written.
/// </summary>
public abstract class MuxedStream : Stream
{
    /// <summary>The stream's ID within its connection.</summary>
    public abstract long Id { get; }

    /// <summary>Whether the other end opened it.</summary>
    public abstract bool IsInbound { get; }

    /// <summary>Completes when no more data will arrive: successfully at the end of data, faulted with a <see cref="Libp2pException"/> on reset.</summary>
    public abstract Task ReadsClosed { get; }

    /// <summary>Completes when our writing side has ended: successfully after <see cref="CompleteWrites"/>, faulted on reset.</summary>
    public abstract Task WritesClosed { get; }

    /// <summary>Half-close: the other end reads what was written and then the end of data. Idempotent.</summary>
    public abstract void CompleteWrites();

    /// <summary>Writes and, when <paramref name="completeWrites"/>, half-closes right behind (in the same flush).</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken = default);

    /// <summary>Resets both directions at once; the other end sees a reset. Idempotent.</summary>
    /// <param name="errorCode">Carried where the muxer can, else only logged.</param>
    public abstract void Abort(long errorCode = 0);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
