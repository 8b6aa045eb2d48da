using Causeway.Libp2p.PubSub.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>One peer as the service sees it: our stream to it, its stream to us. Changed on the router's queue only.</summary>
internal sealed class PeerLink(PeerId peer, FrameQueue queue)
{
    // 100 ms, doubled with each failure in a row up to 30 s; heartbeats look whether it is time.
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private const int MostDoublings = 8;
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(60);

    private int _failures;
    private TimeSpan? _openedAt;

    /// <summary>Who it is.</summary>
    public PeerId Peer { get; } = peer;

    /// <summary>What waits to be written.</summary>
    public FrameQueue Queue { get; } = queue;

    /// <summary>The router's side.</summary>
    public RoutedPeer? Routed { get; set; }

    /// <summary>Writes to our stream, while that is open.</summary>
    public FrameWriter? Writer { get; set; }

    /// <summary>Reads its stream, while that is open.</summary>
    public FrameReader? Reader { get; set; }

    /// <summary>Reads the stream that it has given up for one on a better connection: what was on its way still arrives.</summary>
    public FrameReader? Leaving { get; set; }

    /// <summary>Whether we are opening our stream.</summary>
    public bool IsOpening { get; set; }

    /// <summary>When to try again after a failure; null where nothing failed.</summary>
    public TimeSpan? RetryAt { get; private set; }

    /// <summary>Whether frames may be queued: there is a stream to write them to, or soon will be.</summary>
    public bool IsWritable => Writer is not null || IsOpening || (RetryAt is not null && Reader is not null);

    /// <summary>Whether frames were queued since the writer was told.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Our stream is open. Whether it stays so is not known yet: a refusal comes later.</summary>
    public void Opened(TimeSpan now) => _openedAt = now;

    /// <summary>It could not be opened, or broke: the next attempt has to wait. A stream that held for long forgives earlier failures.</summary>
    public void Failed(TimeSpan now)
    {
        if (_openedAt is { } opened && now - opened > Stable) _failures = 0;
        _openedAt = null;
        RetryAt = now + (FirstDelay * (1 << Math.Min(_failures++, MostDoublings)));
    }

    /// <summary>Nothing is read any more.</summary>
    public void AbortReaders()
    {
        Reader?.Stream.Abort();
        Leaving?.Stream.Abort();
        Reader = Leaving = null;
    }

    /// <summary>The attempt begins.</summary>
    public void Retry() => RetryAt = null;
}
