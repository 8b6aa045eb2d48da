using System.IO.Pipelines;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports;

/// <summary>
/// A raw byte connection. Readers and writers pull: no pump runs, and an idle connection holds no buffer.
/// <see cref="PipeWriter.FlushAsync"/> completes when the bytes have been handed to the operating system (back-pressure).
/// </summary>
public abstract class TransportConnection : IDuplexPipe, IAsyncDisposable
{
    /// <summary>Our end's address.</summary>
    public abstract Multiaddress LocalAddress { get; }

    /// <summary>The other end's address.</summary>
    public abstract Multiaddress RemoteAddress { get; }

    /// <summary>Whether a relay limits this connection's data and duration; protocols opt in to such connections.</summary>
    public virtual bool IsLimited => false;

    /// <inheritdoc/>
    public abstract PipeReader Input { get; }

    /// <inheritdoc/>
    public abstract PipeWriter Output { get; }

    /// <summary>Tears the connection down at once; pending reads and writes fail. Idempotent, thread-safe.</summary>
    public abstract void Abort();

    /// <summary>Closes gracefully: what was flushed still arrives. Idempotent.</summary>
    public abstract ValueTask DisposeAsync();
}
