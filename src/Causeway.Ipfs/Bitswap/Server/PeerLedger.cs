using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Server;

/// <summary>What one peer wants of us, and what went both ways. The owner's lock is held.</summary>
internal sealed class PeerLedger(PeerId peer)
{
    // Stale places are thrown out of the queue when they are more than the wants, and this many.
    private const int MinSlack = 64;

    private readonly PriorityQueue<ServedWant, (int Priority, long Place)> _queue = new();
    private long _place;

    /// <summary>Who it is.</summary>
    public PeerId Peer => peer;

    /// <summary>Its wants.</summary>
    public Dictionary<Multihash, ServedWant> Wants { get; } = [];

    /// <summary>Wants that wait for their turn.</summary>
    public int Queued { get; private set; }

    /// <summary>Wants that wait for a block that is not here.</summary>
    public int Waiting { get; private set; }

    /// <summary>Places in the queue, with those that do not count any more.</summary>
    public int Places => _queue.Count;

    /// <summary>Bytes of blocks that it got.</summary>
    public long BytesSent { get; set; }

    /// <summary>Bytes of blocks that we got.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Blocks that it got.</summary>
    public long BlocksSent { get; set; }

    /// <summary>Blocks that we got.</summary>
    public long BlocksReceived { get; set; }

    /// <summary>A want waits for its turn: higher priorities first, among equals in order.</summary>
    public void Enqueue(ServedWant want, int priority)
    {
        if (want.State != ServedState.Queued || want.Place == 0) Queued++;
        if (want is { State: ServedState.Waiting, Place: > 0 }) Waiting--;
        want.State = ServedState.Queued;
        want.Place = ++_place;

        // The least comes first. ~ turns the order round without an overflow.
        _queue.Enqueue(want, (~priority, want.Place));
        if (_queue.Count > (2 * Wants.Count) + MinSlack) Compact();
    }

    /// <summary>The want whose turn it is; null for none.</summary>
    public ServedWant? Take()
    {
        while (_queue.TryDequeue(out var want, out var position))
        {
            if (!IsCurrent(want, position.Place)) continue;
            Queued--;
            (want.State, want.IsStale) = (ServedState.Taken, false);
            return want;
        }

        return null;
    }

    /// <summary>A want that was taken waits for its block.</summary>
    public void Wait(ServedWant want)
    {
        want.State = ServedState.Waiting;
        Waiting++;
    }

    /// <summary>A want is gone.</summary>
    public void Forget(ServedWant want)
    {
        Wants.Remove(want.Cid.Hash);
        if (want.State == ServedState.Queued) Queued--;
        if (want.State == ServedState.Waiting) Waiting--;
        want.Place = -1;
    }

    private static bool IsCurrent(ServedWant want, long place) => want.State == ServedState.Queued && want.Place == place;

    private void Compact()
    {
        var current = _queue.UnorderedItems.Where(item => IsCurrent(item.Element, item.Priority.Place)).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(current);
    }
}
