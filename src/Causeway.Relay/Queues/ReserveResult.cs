namespace Causeway.Relay.Queues;

/// <summary>Whether a queue takes a record.</summary>
internal enum ReserveResult
{
    /// <summary>It does: write it, then commit.</summary>
    Reserved,

    /// <summary>The queue is full; there may be room soon.</summary>
    Wait,

    /// <summary>There is no room, and waiting is not worth it: the record is lost.</summary>
    Drop,

    /// <summary>The destination is gone.</summary>
    Closed,
}
