using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Relay.Queues;

/// <summary>
/// What waits for one destination: a queue per sender, served in turns by deficit round robin (M. Shreedhar, G. Varghese, 1995), after the relay's own records
/// (tunnel protocol §2.3). A sender is thus slowed by its own frames only, however many others send and however large theirs are. Without I/O and without locks.
/// </summary>
internal sealed class FairQueue(ChunkPool pool, QueueLimits limits)
{
    // Numbers of connections begin with 1.
    private const ulong Relay = 0;

    private readonly Dictionary<ulong, SenderQueue> _queues = [];
    private readonly SenderQueue _control = new(Relay);
    private SenderQueue? _turn;
    private bool _turnBegun;
    private bool _closed;
    private long _waiting;
    private long _underWay;

    /// <summary>Complete records that wait, in bytes, and those that are being written.</summary>
    public int Bytes { get; private set; }

    /// <summary>Memory in bytes that lies here or is being sent.</summary>
    public long Memory => _waiting + _underWay;

    /// <summary>Senders that have something here.</summary>
    public int Senders => _queues.Count;

    /// <summary>Records of senders who had the most that were dropped for those who had less.</summary>
    public long PushedOut { get; private set; }

    /// <summary>Whether something can be sent.</summary>
    public bool HasWork => _turn is not null || _control.Bytes > 0;

    /// <summary>Makes room for a record.</summary>
    /// <param name="sender">The connection number of the sender; it writes one record at a time.</param>
    /// <param name="length">The length of the record.</param>
    /// <param name="mayWait">Whether <see cref="ReserveResult.Wait"/> is of use; otherwise the queue drops from now on, until half of it has drained.</param>
    /// <param name="reservation">The room.</param>
    public ReserveResult TryReserve(ulong sender, int length, bool mayWait, out Reservation reservation)
    {
        reservation = default;
        if (_closed) return ReserveResult.Closed;
        _ = _queues.TryGetValue(sender, out var queue);
        if (queue is { IsDropping: true }) return ReserveResult.Drop;
        var held = queue?.Bytes ?? 0;

        if (held + length > limits.PerSender || (Bytes + length > limits.PerDestination && !TryMakeRoom(held, length)))
        {
            if (held == 0) return ReserveResult.Drop;
            if (mayWait) return ReserveResult.Wait;
            (queue!.IsDropping, queue.ResumeAt) = (true, held / 2);
            return ReserveResult.Drop;
        }

        queue ??= new SenderQueue(sender);
        if (!TryAppend(queue, length, out reservation)) return ReserveResult.Drop;
        queue.IsReserved = true;
        _queues[sender] = queue;
        return ReserveResult.Reserved;
    }

    /// <summary>The record is written.</summary>
    public void Commit(in Reservation reservation)
    {
        var (queue, chunk, _, length) = reservation;
        queue.IsReserved = false;
        chunk.End = chunk.Reserved;
        chunk.Release();
        if (_closed) return;
        queue.Bytes += length;
        if (queue.NextInRound is null) Join(queue);
    }

    /// <summary>The record will not be written: its sender is gone.</summary>
    public void Cancel(in Reservation reservation)
    {
        var (queue, chunk, _, length) = reservation;
        queue.IsReserved = false;
        chunk.Reserved = chunk.End;
        chunk.Release();
        if (_closed) return;
        Bytes -= length;
        if (queue.Bytes == 0) Remove(queue);
    }

    /// <summary>Adds a record of the relay's own, which goes before all others; false if too many wait.</summary>
    public bool TryAddControl(ReadOnlySpan<byte> record)
    {
        if (_closed || _control.Bytes + record.Length > limits.Control || !TryAppend(_control, record.Length, out var reservation)) return false;
        record.CopyTo(reservation.Span);
        reservation.Chunk.End = reservation.Chunk.Reserved;
        reservation.Chunk.Release();
        _control.Bytes += record.Length;
        return true;
    }

    /// <summary>Something to wait for after <see cref="ReserveResult.Wait"/>: completed when something of this sender was sent, or the destination is gone.</summary>
    public Task WhenSent(ulong sender)
    {
        if (_closed || !_queues.TryGetValue(sender, out var queue)) return Task.CompletedTask;
        queue.Waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return queue.Waiter.Task;
    }

    /// <summary>What was collected before has been sent.</summary>
    public void Sent() => _underWay = 0;

    /// <summary>Moves what is next into a batch; the one before has been sent.</summary>
    public void Collect(SendBatch batch)
    {
        if (_control.Bytes > 0)
        {
            _control.Deficit = int.MaxValue;
            Take(_control, batch);
        }

        while (_turn is { } queue && batch.Bytes < limits.Batch)
        {
            if (!_turnBegun) queue.Deficit += limits.Quantum;
            _turnBegun = true;
            Take(queue, batch);
            if (queue.IsDropping && queue.Bytes <= queue.ResumeAt) queue.IsDropping = false;
            if (queue.Waiter is { } waiter)
            {
                queue.Waiter = null;
                waiter.SetResult();
            }

            _turnBegun = false;
            _turn = queue.NextInRound;
            if (queue.Bytes > 0) continue;
            Leave(queue);
            if (!queue.IsReserved) Remove(queue);
        }
    }

    /// <summary>Drops everything; nothing is taken any more.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var queue in _queues.Values.Append(_control))
        {
            for (var chunk = queue.Head; chunk is not null;)
            {
                var next = chunk.Next;
                chunk.Release();
                chunk = next;
            }

            queue.Head = queue.Tail = null;
            queue.Bytes = 0;
            queue.Waiter?.TrySetResult();
        }

        _queues.Clear();
        (_turn, Bytes, _waiting) = (null, 0, 0);
    }

    // All together hold all they may. Who has less than a fair share gets it from the one who has the most, whose oldest records go: otherwise those who came first,
    // if they were many, could keep everybody else out. More than needed at once, so that looking for the one is rare.
    private bool TryMakeRoom(int held, int length)
    {
        if (held > 0 && held + length > limits.PerDestination / (_queues.Count + 1)) return false;
        SenderQueue? longest = null;
        foreach (var queue in _queues.Values)
        {
            if (queue.Bytes > (longest?.Bytes ?? held + length)) longest = queue;
        }

        if (longest is null) return false;
        var enough = Math.Max(longest.Bytes / 2, held + length);
        for (var target = Bytes - limits.Quantum; Bytes > target && longest.Bytes > enough;) DropOldest(longest);
        return Bytes + length <= limits.PerDestination;
    }

    private void DropOldest(SenderQueue queue)
    {
        while (queue.Head is { } empty && empty.Start == empty.End)
        {
            queue.Head = empty.Next;
            _waiting -= empty.Bytes.Length;
            empty.Release();
        }

        var chunk = queue.Head!;
        var length = RecordHeader.Read(chunk.Bytes.AsSpan(chunk.Start)).RecordLength;
        chunk.Start += length;
        queue.Bytes -= length;
        Bytes -= length;
        PushedOut++;
    }

    private bool TryAppend(SenderQueue queue, int length, out Reservation reservation)
    {
        reservation = default;
        if (queue.Tail is not { } tail || tail.Room < length)
        {
            if (pool.TryRent(length, queue.Tail?.Bytes.Length ?? 0, queue == _control ? 0 : Memory) is not { } chunk) return false;
            _waiting += chunk.Bytes.Length;
            if (queue.Tail is { } last) last.Next = chunk;
            else queue.Head = chunk;
            queue.Tail = tail = chunk;
        }

        reservation = new Reservation(queue, tail, tail.Reserved, length);
        tail.Reserved += length;
        tail.AddReference();
        Bytes += length;
        return true;
    }

    // Whole records, as many as the deficit covers.
    private void Take(SenderQueue queue, SendBatch batch)
    {
        while (queue.Head is { } chunk)
        {
            var available = chunk.End - chunk.Start;
            var length = available <= queue.Deficit ? available : WholeRecords(chunk, queue.Deficit);
            if (length > 0)
            {
                batch.Add(chunk, chunk.Start, length);
                chunk.Start += length;
                queue.Deficit -= length;
                queue.Bytes -= length;
                Bytes -= length;
            }

            if (chunk.Start < chunk.End || chunk.Reserved > chunk.End)
            {
                // It goes on: the batch needs it, too.
                if (length == 0) return;
                chunk.AddReference();
                batch.Keep(chunk);
                return;
            }

            queue.Head = chunk.Next;
            if (queue.Head is null) queue.Tail = null;
            _waiting -= chunk.Bytes.Length;
            _underWay += chunk.Bytes.Length;
            batch.Keep(chunk);
        }
    }

    private static int WholeRecords(Chunk chunk, int limit)
    {
        var length = 0;
        while (true)
        {
            var next = RecordHeader.Read(chunk.Bytes.AsSpan(chunk.Start + length)).RecordLength;
            if (length + next > limit) return length;
            length += next;
        }
    }

    private void Join(SenderQueue queue)
    {
        if (_turn is not { } turn)
        {
            _turn = queue.NextInRound = queue.PreviousInRound = queue;
            return;
        }

        // Last in the round.
        (queue.NextInRound, queue.PreviousInRound) = (turn, turn.PreviousInRound);
        turn.PreviousInRound!.NextInRound = queue;
        turn.PreviousInRound = queue;
    }

    private void Leave(SenderQueue queue)
    {
        if (queue.NextInRound == queue) _turn = null;
        queue.PreviousInRound!.NextInRound = queue.NextInRound;
        queue.NextInRound!.PreviousInRound = queue.PreviousInRound;
        (queue.NextInRound, queue.PreviousInRound, queue.Deficit) = (null, null, 0);
    }

    private void Remove(SenderQueue queue)
    {
        _queues.Remove(queue.Sender);
        for (var chunk = queue.Head; chunk is not null;)
        {
            // Whoever releases the last reference has no say over what comes after it.
            var next = chunk.Next;
            _waiting -= chunk.Bytes.Length;
            chunk.Release();
            chunk = next;
        }

        queue.Head = queue.Tail = null;
        queue.Waiter?.TrySetResult();
    }
}
