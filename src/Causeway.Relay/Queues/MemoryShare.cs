namespace Causeway.Relay.Queues;

/// <summary>
/// Who has to go when the memory of the queues runs out: whoever reads nothing and lets others send to him holds what all need. It takes a second to find out;
/// the bound that <see cref="ChunkPool.TryRent"/> sets to each lasts that long.
/// </summary>
internal static class MemoryShare
{
    /// <summary>Above three quarters of the memory, those who hold the most, until a half is left; nobody who has no more than an equal share.</summary>
    public static IReadOnlyList<T> Exceeding<T>(ChunkPool pool, IEnumerable<T> all, Func<T, long> memory)
    {
        if (pool.Rented <= pool.MaxRented / 4 * 3) return [];
        var holders = all.Select(one => (One: one, Memory: memory(one))).Where(holder => holder.Memory > 0).OrderByDescending(holder => holder.Memory).ToList();
        var share = pool.MaxRented / (holders.Count + 1);
        var excess = pool.Rented - (pool.MaxRented / 2);
        var exceeding = new List<T>();
        foreach (var (one, held) in holders)
        {
            if (excess <= 0 || held <= share) break;
            exceeding.Add(one);
            excess -= held;
        }

        return exceeding;
    }
}
