namespace Causeway.Relay.Queues;

/// <summary>
/// A piece of memory that records of one sender to one destination lie in, one after the other. Records never cross the border of a chunk, so that each is
/// written once, in one piece, and sent from where it lies. Counted references: by its queue, by a record that is being written, by what is being sent.
/// </summary>
internal sealed class Chunk(ChunkPool pool, int size)
{
    private int _references;

    /// <summary>The memory; pinned, so that sending needs no handle.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(size, pinned: true);

    /// <summary>Where records that were not sent begin.</summary>
    public int Start { get; set; }

    /// <summary>Where complete records end.</summary>
    public int End { get; set; }

    /// <summary>Where the record ends that is being written; <see cref="End"/> if none is.</summary>
    public int Reserved { get; set; }

    /// <summary>The next one of the queue.</summary>
    public Chunk? Next { get; set; }

    /// <summary>The room behind what is reserved.</summary>
    public int Room => Bytes.Length - Reserved;

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        (Start, End, Reserved, Next) = (0, 0, 0, null);
        _references = 1;
    }

    /// <summary>One more user.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>One less; the last one gives it back to the pool.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) pool.Return(this);
    }
}
