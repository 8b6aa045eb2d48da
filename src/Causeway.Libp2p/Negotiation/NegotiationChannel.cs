using System.Buffers;

namespace Causeway.Libp2p.Negotiation;

/// <summary>What a negotiation runs over: a place to write to, and reading that never takes more than was asked for.</summary>
internal abstract class NegotiationChannel : IDisposable
{
    /// <summary>Where answers and proposals are collected until <see cref="FlushAsync"/>.</summary>
    public abstract IBufferWriter<byte> Output { get; }

    /// <summary>Sends what was collected.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads until <paramref name="decoder"/> holds a message. What was collected is flushed before this waits, and only then: answers to
    /// messages that arrived together leave together.
    /// </summary>
    public abstract ValueTask ReadMessageAsync(MultistreamDecoder decoder, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    public static Libp2pException Ended() =>
        new(Libp2pError.ConnectionClosed, "The other end closed during protocol negotiation; it may support none of what was proposed, or be over a limit.");
}
