using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>
/// RPCs that wait for one peer, bounded in number and bytes. What is worth more leaves first; when there is no room, what is worth less (or else
/// the newcomer) is dropped. Thread-safe.
/// </summary>
internal sealed class FrameQueue(int capacity, int byteCapacity)
{
    private const int Priorities = 4;

    private readonly Lock _lock = new();
    private readonly Queue<RpcFrame>?[] _queues = new Queue<RpcFrame>?[Priorities];
    private int _count;
    private int _bytes;
    private bool _wasBusy;

    /// <summary>Whether more than half of the room is taken: publishers should wait.</summary>
    public bool IsBusy => Volatile.Read(ref _count) > capacity / 2 || Volatile.Read(ref _bytes) > byteCapacity / 2;

    /// <summary>RPCs that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds an RPC. Returns false where it was the one to be dropped; <paramref name="dropped"/> counts what was.</summary>
    public bool TryAdd(RpcFrame frame, FramePriority priority, out int dropped)
    {
        dropped = 0;
        lock (_lock)
        {
            while (_count >= capacity || (_bytes + frame.Bytes.Length > byteCapacity && _count > 0))
            {
                dropped++;
                if (!DropBelow(priority)) return false;
            }

            (_queues[(int)priority] ??= new Queue<RpcFrame>()).Enqueue(frame);
            _count++;
            _bytes += frame.Bytes.Length;
            _wasBusy |= IsBusy;
            return true;
        }
    }

    /// <summary>True once after the queue was busy and is no longer: publishers that wait for it can go on.</summary>
    public bool TakeRelief()
    {
        if (!Volatile.Read(ref _wasBusy)) return false;
        lock (_lock)
        {
            if (!_wasBusy || IsBusy) return false;
            _wasBusy = false;
            return true;
        }
    }

    /// <summary>Takes the most valuable RPC.</summary>
    public RpcFrame? Take(int maxLength)
    {
        lock (_lock)
        {
            foreach (var queue in _queues)
            {
                if (queue is null || !queue.TryPeek(out var frame)) continue;
                if (frame.Bytes.Length > maxLength) return null;
                Remove(queue);
                return frame;
            }

            return null;
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Array.Clear(_queues);
            _count = 0;
            _bytes = 0;
        }
    }

    private bool DropBelow(FramePriority priority)
    {
        for (var lowest = Priorities - 1; lowest > (int)priority; lowest--)
        {
            if (_queues[lowest] is not { Count: > 0 } queue) continue;
            Remove(queue);
            return true;
        }

        return false;
    }

    private void Remove(Queue<RpcFrame> queue)
    {
        _count--;
        _bytes -= queue.Dequeue().Bytes.Length;
    }
}
