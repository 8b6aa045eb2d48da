using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>A block that a session wants: who is asked for it, who has it, who has not.</summary>
internal sealed class SessionWant(SessionCore session, Cid cid)
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who wants it.</summary>
    public SessionCore Session => session;

    /// <summary>The block, as it was asked for.</summary>
    public Cid Cid => cid;

    /// <summary>How many wait for it.</summary>
    public int Waiters { get; set; }

    /// <summary>Whether it is still wanted.</summary>
    public bool IsLive { get; set; } = true;

    /// <summary>Who owes it to us, and since when.</summary>
    public List<(RemotePeer Peer, TimeSpan Since)> Asked { get; } = [];

    /// <summary>Who says to have it.</summary>
    public HashSet<RemotePeer> Haves { get; } = [];

    /// <summary>Who has not got it, or did not send it.</summary>
    public HashSet<RemotePeer> Excluded { get; } = [];

    /// <summary>Its place among those that wait for a peer; null where it is in neither list.</summary>
    public LinkedListNode<SessionWant>? Node { get; set; }

    /// <summary>Since when nobody is known to have it; null where somebody may.</summary>
    public TimeSpan? StuckSince { get; set; }

    /// <summary>When whoever had it not is asked again.</summary>
    public TimeSpan RetryAt { get; set; }

    /// <summary>Whether all connected peers were asked whether they have it.</summary>
    public bool IsBroadcast { get; set; }

    /// <summary>The block's bytes.</summary>
    public Task<ReadOnlyMemory<byte>> Completed => _completed.Task;

    public void Complete(ReadOnlyMemory<byte> data) => _completed.TrySetResult(data);

    public void Fail(Exception error) => _completed.TrySetException(error);
}
