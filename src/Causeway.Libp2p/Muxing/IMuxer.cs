using System.IO.Pipelines;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Muxing;

/// <summary>A stream multiplexing protocol (Yamux).</summary>
public interface IMuxerProtocol
{
    /// <summary>The multistream protocol ID, such as <c>/yamux/1.0.0</c>.</summary>
    string Id { get; }

    /// <summary>Starts multiplexing over a secured pipe. The muxer owns the pipe from here on.</summary>
    /// <param name="pipe">The secured connection.</param>
    /// <param name="role">Which side we are: initiators open odd stream IDs.</param>
    /// <param name="memory">Where receive buffers are accounted.</param>
    IMuxer Start(IDuplexPipe pipe, ConnectionRole role, IMemoryScope memory);
}

/// <summary>One multiplexed connection.</summary>
public interface IMuxer : IAsyncDisposable
{
    /// <summary>Opens a stream. Returns without a round trip; nothing is sent before the first write or flush.</summary>
    /// <exception cref="Libp2pException">The connection is closed, going away, or at its stream limit.</exception>
    ValueTask<MuxedStream> OpenStreamAsync(CancellationToken cancellationToken);

    /// <summary>The next stream that the other end opened, or null once the connection has ended.</summary>
    ValueTask<MuxedStream?> AcceptStreamAsync(CancellationToken cancellationToken);

    /// <summary>Streams open now, both directions.</summary>
    int StreamCount { get; }

    /// <summary>The smoothed round-trip time of keep-alive pings; null before the first answer.</summary>
    TimeSpan? RoundTripTime { get; }

    /// <summary>Measures the round-trip time now.</summary>
    ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken);

    /// <summary>Completes (never faults) when the connection has ended, with the reason; null for a graceful end.</summary>
    Task<Exception?> Closed { get; }

    /// <summary>Graceful end: go-away to the other side, pending writes flushed, then the pipe is completed.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);

    /// <summary>Ends at once; every stream fails with <paramref name="reason"/>.</summary>
    void Abort(Exception reason);
}
