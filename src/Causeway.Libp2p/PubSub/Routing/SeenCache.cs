using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>Message IDs of the last minutes, bounded in time (from first sight) and number.</summary>
internal sealed class SeenCache
{
    private readonly Dictionary<MessageId, DeliveryRecord> _records = new(MessageIdComparer.Instance);
    private readonly Dictionary<MessageId, DeliveryRecord>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly Queue<(MessageId Id, DeliveryRecord Record, TimeSpan Expires)> _order = new();
    private readonly TimeSpan _timeToLive;
    private readonly int _capacity;

    public SeenCache(TimeSpan timeToLive, int capacity)
    {
        _timeToLive = timeToLive;
        _capacity = capacity;
        _bySpan = _records.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>IDs remembered.</summary>
    public int Count => _records.Count;

    /// <summary>What became of an ID; null where it was never seen, or long ago.</summary>
    public DeliveryRecord? Find(MessageId id) => _records.GetValueOrDefault(id);

    /// <summary>As above, without an ID object.</summary>
    public DeliveryRecord? Find(ReadOnlySpan<byte> id) => _bySpan.TryGetValue(id, out var record) ? record : null;

    /// <summary>Remembers a new ID.</summary>
    public DeliveryRecord Add(MessageId id, DeliveryStatus status, TimeSpan now)
    {
        while (_order.Count >= _capacity) Drop(_order.Dequeue());
        var record = new DeliveryRecord { Status = status, Validated = now };
        _records[id] = record;
        _order.Enqueue((id, record, now + _timeToLive));
        return record;
    }

    /// <summary>Forgets an ID under which nothing valid came.</summary>
    public void Forget(MessageId id) => _records.Remove(id);

    /// <summary>Forgets what is too old.</summary>
    public void Expire(TimeSpan now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Expires <= now) Drop(_order.Dequeue());
    }

    private void Drop((MessageId Id, DeliveryRecord Record, TimeSpan Expires) entry)
    {
        // The ID may have been forgotten and seen anew since: that later record stays.
        if (_records.TryGetValue(entry.Id, out var record) && record == entry.Record) _records.Remove(entry.Id);
    }
}
