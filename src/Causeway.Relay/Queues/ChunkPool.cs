using System.Collections.Concurrent;

namespace Causeway.Relay.Queues;

/// <summary>
/// The memory of all queues. Small chunks for the record now and then, large ones for streams. What is rented has a bound, the one that holds whatever members do;
/// what is kept for later has one, too. Nobody who holds some gets more than is still free (the dynamic threshold of A. Choudhury and E. Hahne, 1998): however many
/// destinations do not read, the next one finds as much as each of them holds.
/// </summary>
internal sealed class ChunkPool(long maxRented)
{
    // The largest holds the longest record; the smallest keeps ten thousand senders of a record each below 40 MB.
    private static readonly int[] Sizes = [4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024];

    private const long MaxKept = 64 * 1024 * 1024;

    private readonly ConcurrentQueue<Chunk>[] _free = [.. Sizes.Select(_ => new ConcurrentQueue<Chunk>())];
    private long _rented;
    private long _kept;

    /// <summary>Bytes in use.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    /// <summary>Bytes that may be in use.</summary>
    public long MaxRented => maxRented;

    /// <summary>Bytes kept for later.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <summary>A chunk for a record of <paramref name="length"/> bytes and, if that is smaller, the next one after a chunk of <paramref name="before"/> bytes; null if there is no more.</summary>
    /// <param name="length">The length of the record.</param>
    /// <param name="before">The size of the chunk before it.</param>
    /// <param name="held">Bytes that the one who asks holds already.</param>
    public Chunk? TryRent(int length, int before, long held)
    {
        var index = 0;
        while (Sizes[index] < length || (Sizes[index] <= before && index < Sizes.Length - 1)) index++;
        var size = Sizes[index];
        if (Interlocked.Add(ref _rented, size) + held > maxRented)
        {
            Interlocked.Add(ref _rented, -size);
            return null;
        }

        if (_free[index].TryDequeue(out var chunk)) Interlocked.Add(ref _kept, -size);
        else chunk = new Chunk(this, size);
        chunk.Reset();
        return chunk;
    }

    /// <summary>Takes a chunk back that nobody uses any more.</summary>
    public void Return(Chunk chunk)
    {
        var size = chunk.Bytes.Length;
        chunk.Next = null;
        Interlocked.Add(ref _rented, -size);
        if (Interlocked.Add(ref _kept, size) > MaxKept)
        {
            Interlocked.Add(ref _kept, -size);
            return;
        }

        _free[Array.IndexOf(Sizes, size)].Enqueue(chunk);
    }

    /// <summary>Gives half of what is kept back to the system; called now and then, so that memory follows the load.</summary>
    public void Trim()
    {
        for (var i = 0; i < Sizes.Length; i++)
        {
            for (var count = (_free[i].Count + 1) / 2; count > 0 && _free[i].TryDequeue(out _); count--) Interlocked.Add(ref _kept, -Sizes[i]);
        }
    }
}
