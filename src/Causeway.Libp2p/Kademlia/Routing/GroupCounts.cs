using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Kademlia.Routing;

/// <summary>How many peers of the table each IP group has, in all and for each bucket: a network that owns few ranges cannot fill the table.</summary>
internal sealed class GroupCounts(int maxInTable, int maxInBucket)
{
    private const int Table = -1;

    private readonly Dictionary<(int Bucket, IPGroup Group), int> _counts = [];

    public bool Allows(int bucket, ReadOnlySpan<IPGroup> groups)
    {
        foreach (var group in groups)
        {
            if (maxInTable > 0 && _counts.GetValueOrDefault((Table, group)) >= maxInTable) return false;
            if (maxInBucket > 0 && _counts.GetValueOrDefault((bucket, group)) >= maxInBucket) return false;
        }

        return true;
    }

    public void Add(int bucket, ReadOnlySpan<IPGroup> groups)
    {
        foreach (var group in groups)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, (Table, group), out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, (bucket, group), out _)++;
        }
    }

    public void Remove(int bucket, ReadOnlySpan<IPGroup> groups)
    {
        foreach (var group in groups)
        {
            Decrement((Table, group));
            Decrement((bucket, group));
        }
    }

    private void Decrement((int Bucket, IPGroup Group) key)
    {
        if (--CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _) <= 0) _counts.Remove(key);
    }
}
