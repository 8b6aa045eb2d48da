namespace Causeway.Network.Dns;

/// <summary>Answers for as long as they hold, never longer. When it is full, what would expire first goes.</summary>
internal sealed class DnsCache(int capacity, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(DnsName Name, DnsType Type), (DnsAnswer Answer, DateTimeOffset Expires)> _entries = [];

    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    public DnsAnswer? Find(DnsName name, DnsType type)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((name, type), out var entry)) return null;
            if (entry.Expires > time.GetUtcNow()) return entry.Answer;
            _entries.Remove((name, type));
            return null;
        }
    }

    public void Add(DnsName name, DnsType type, DnsAnswer answer, TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero || capacity == 0) return;
        lock (_lock)
        {
            if (_entries.Count >= capacity && !_entries.ContainsKey((name, type))) _entries.Remove(_entries.MinBy(e => e.Value.Expires).Key);
            _entries[(name, type)] = (answer, time.GetUtcNow() + timeToLive);
        }
    }
}
