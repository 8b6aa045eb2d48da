namespace Causeway.Relay.Queues;

/// <summary>What one sender has waiting for one destination. It exists only while there is something.</summary>
internal sealed class SenderQueue(ulong sender)
{
    /// <summary>The connection number of the sender.</summary>
    public ulong Sender { get; } = sender;

    /// <summary>The first chunk.</summary>
    public Chunk? Head { get; set; }

    /// <summary>The chunk that records are added to.</summary>
    public Chunk? Tail { get; set; }

    /// <summary>Complete records that wait, in bytes.</summary>
    public int Bytes { get; set; }

    /// <summary>Bytes that it may still send in this turn.</summary>
    public int Deficit { get; set; }

    /// <summary>Whether a record is being written.</summary>
    public bool IsReserved { get; set; }

    /// <summary>Whether records are dropped; until no more than <see cref="ResumeAt"/> bytes wait.</summary>
    public bool IsDropping { get; set; }

    /// <summary>Where dropping ends: half of what was there when the queue was full.</summary>
    public int ResumeAt { get; set; }

    /// <summary>The one after it in the round; null if it is not in it.</summary>
    public SenderQueue? NextInRound { get; set; }

    /// <summary>The one before it in the round.</summary>
    public SenderQueue? PreviousInRound { get; set; }

    /// <summary>Completed when something was sent, for a sender that waits.</summary>
    public TaskCompletionSource? Waiter { get; set; }
}
