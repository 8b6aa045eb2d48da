namespace Causeway.Relay.Queues;

/// <summary>Bounds of what waits for one destination (tunnel protocol §2.3).</summary>
internal sealed record QueueLimits
{
    /// <summary>Bytes of one sender.</summary>
    public int PerSender { get; init; } = 1024 * 1024;

    /// <summary>Bytes of all senders together.</summary>
    public int PerDestination { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes that each sender may send in a turn.</summary>
    public int Quantum { get; init; } = 66_560;

    /// <summary>Bytes after which a batch has enough; it may get one turn more.</summary>
    public int Batch { get; init; } = 256 * 1024;

    /// <summary>Bytes of the relay's own records to a member; one that does not take them is gone.</summary>
    public int Control { get; init; } = 64 * 1024;
}
