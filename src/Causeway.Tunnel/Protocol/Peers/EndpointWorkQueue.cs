namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>
/// Work that waits, bounded: each session's work is in it once at most, messages of handshakes so many for a peer, so many for all of whom nothing is known
/// together, and so many in all. Whoever fills his share takes nothing from another's.
/// </summary>
internal sealed class EndpointWorkQueue(int maxMessages)
{
    // A handshake has three messages each way at most; more of one peer are repetitions or worse.
    private const int MaxMessagesOfPeer = 4;
    private const int MaxMessagesOfStrangers = 32;

    private readonly Lock _lock = new();
    private readonly Queue<EndpointWork> _queue = new();
    private int _messages;
    private int _strangers;

    /// <summary>Adds a message; false if there are too many.</summary>
    public bool TryAddMessage(EndpointWork work)
    {
        lock (_lock)
        {
            if (_messages >= maxMessages || (work.Link is null ? _strangers >= MaxMessagesOfStrangers : work.Link.Waiting >= MaxMessagesOfPeer)) return false;
            Count(work, 1);
            _queue.Enqueue(work);
            return true;
        }
    }

    /// <summary>Adds work that is bounded by itself.</summary>
    public void Add(EndpointWork work)
    {
        lock (_lock) _queue.Enqueue(work);
    }

    /// <summary>The next piece of work.</summary>
    public EndpointWork? Take()
    {
        lock (_lock)
        {
            if (!_queue.TryDequeue(out var work)) return null;
            if (work.Kind == EndpointWorkKind.Message) Count(work, -1);
            return work;
        }
    }

    private void Count(EndpointWork work, int change)
    {
        _messages += change;
        if (work.Link is null) _strangers += change;
        else work.Link.Waiting += change;
    }
}
