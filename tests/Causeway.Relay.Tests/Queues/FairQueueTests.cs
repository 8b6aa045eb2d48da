using Causeway.Relay.Queues;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Relay.Tests.Queues;

public sealed class FairQueueTests
{
    private readonly ChunkPool _pool = new(256 * 1024 * 1024);
    private readonly SendBatch _batch = new();
    private int _missing;

    [Fact]
    public void A_flood_of_one_sender_does_not_delay_another_by_more_than_its_turn()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        for (var i = 0; i < 500; i++) Assert.True(Put(queue, 1, 1000));
        Assert.True(Put(queue, 2, 200));
        Assert.True(Put(queue, 3, 60_000));
        var order = Drain(queue);

        // At most one turn of the flooder, 66 560 bytes, goes before the others' first.
        Assert.InRange(order.FindIndex(r => r.Sender == 2), 1, 67);
        Assert.InRange(order.FindIndex(r => r.Sender == 3), 1, 68);
        Assert.Equal(502, order.Count);
    }

    [Fact]
    public void Senders_get_equal_shares_of_bytes_whatever_the_size_of_their_records()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        int[] sizes = [100, 1500, 9000, 66_564];
        var sent = new long[sizes.Length];
        for (var round = 0; round < 300; round++)
        {
            // All have something all the time.
            for (var s = 0; s < sizes.Length; s++)
            {
                while (Put(queue, (ulong)s + 1, sizes[s]))
                {
                    // Up to the limit.
                }
            }

            foreach (var (sender, length) in Collect(queue)) sent[sender - 1] += length;
        }

        var mean = sent.Average();
        Assert.All(sent, s => Assert.InRange(s, mean * 0.98, mean * 1.02));
    }

    [Fact]
    public void No_sender_holds_more_than_its_limit_nor_all_together_more_than_theirs()
    {
        var limits = new QueueLimits();
        var queue = new FairQueue(_pool, limits);
        for (ulong sender = 1; sender <= 100; sender++)
        {
            var bytes = 0;
            while (Put(queue, sender, 10_000)) bytes += 10_000;
            Assert.InRange(bytes, 0, limits.PerSender);
            Assert.InRange(queue.Bytes, 0, limits.PerDestination);
        }

        Assert.InRange(queue.Bytes, limits.PerDestination - 80_000, limits.PerDestination);
    }

    [Fact]
    public void When_others_have_filled_most_of_it_a_newcomer_still_finds_room()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        for (ulong sender = 1; sender <= 20; sender++)
        {
            while (Put(queue, sender, 1500))
            {
                // All they can get.
            }
        }

        // Those who have the most make room.
        var before = queue.PushedOut;
        for (ulong sender = 21; sender <= 120; sender++) Assert.True(Put(queue, sender, 1500));
        Assert.InRange(queue.PushedOut - before, 100, 400);
        Assert.InRange(queue.Bytes, 0, new QueueLimits().PerDestination);
    }

    [Fact]
    public void A_full_queue_lets_its_sender_wait_then_drops_until_half_of_it_has_drained()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        while (Put(queue, 1, 10_000))
        {
            // Full.
        }

        Assert.Equal(ReserveResult.Wait, queue.TryReserve(1, 10_000, mayWait: true, out _));
        var waiting = queue.WhenSent(1);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(ReserveResult.Drop, queue.TryReserve(1, 10_000, mayWait: false, out _));
        var held = queue.Bytes;
        while (queue.Bytes > held / 2)
        {
            Assert.Equal(ReserveResult.Drop, queue.TryReserve(1, 100, mayWait: true, out _));
            Collect(queue);
            Assert.True(waiting.IsCompleted);
        }

        Assert.True(Put(queue, 1, 100));
    }

    [Fact]
    public void A_sender_with_nothing_waiting_is_not_made_to_wait_for_others()
    {
        // Nobody has more than one large record would need.
        var queue = new FairQueue(_pool, new QueueLimits { PerDestination = 200_000 });
        for (ulong sender = 1; sender <= 200; sender++) Put(queue, sender, 1000);
        Assert.Equal(ReserveResult.Drop, queue.TryReserve(201, 60_000, mayWait: true, out _));
        Collect(queue);
        Assert.True(Put(queue, 201, 60_000));
    }

    [Fact]
    public void The_relays_own_records_go_first_and_are_bounded()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        Put(queue, 1, 5000);
        var ping = new byte[ControlRecords.MaxSize];
        var length = ControlRecords.WritePing(ping, 1);
        var count = 0;
        while (queue.TryAddControl(ping.AsSpan(0, length))) count++;
        Assert.InRange(count * length, 60_000, 64 * 1024);
        queue.Collect(_batch);
        Assert.Equal((byte)RecordType.Ping, _batch.Segments[1][0]);
        _batch.Clear();
    }

    [Fact]
    public void A_record_that_is_being_written_is_not_sent_and_one_that_is_given_up_leaves_no_trace()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        Put(queue, 1, 500);
        Assert.Equal(ReserveResult.Reserved, queue.TryReserve(1, 700, mayWait: true, out var reservation));
        Assert.Equal([(1, 500)], Collect(queue));
        Assert.False(queue.HasWork);
        Write(reservation, 1);
        queue.Commit(reservation);
        Assert.Equal([(1, 700)], Collect(queue));

        queue.TryReserve(1, 900, mayWait: true, out reservation);
        queue.Cancel(reservation);
        Assert.Equal((0, 0, false), (queue.Bytes, queue.Senders, queue.HasWork));
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void Closing_gives_all_memory_back_as_soon_as_nobody_writes_or_sends()
    {
        var queue = new FairQueue(_pool, new QueueLimits());
        for (var i = 0; i < 100; i++) Put(queue, (ulong)(i % 7) + 1, 3000);
        queue.Collect(_batch);
        queue.TryReserve(9, 5000, mayWait: true, out var reservation);
        queue.Close();
        Assert.NotEqual(0, _pool.Rented);
        Assert.Equal(ReserveResult.Closed, queue.TryReserve(1, 100, mayWait: true, out _));
        Assert.True(queue.WhenSent(1).IsCompleted);
        Write(reservation, 9);
        queue.Commit(reservation);
        _batch.Clear();
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void When_memory_is_used_up_records_are_dropped()
    {
        var pool = new ChunkPool(1024 * 1024);
        var queue = new FairQueue(pool, new QueueLimits());
        for (ulong sender = 1; sender <= 1000; sender++)
        {
            Put(queue, sender, 3000);
            Assert.InRange(pool.Rented, 0, 1024 * 1024);
        }

        queue.Close();
        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public void Whatever_happens_order_is_kept_per_sender_and_nothing_is_lost_or_leaked()
    {
        for (var seed = 0; seed < Soak.Count(30, 3000); seed++)
        {
            var random = new Random(seed);
            var queue = new FairQueue(_pool, new QueueLimits { PerSender = 300_000, PerDestination = 900_000, Batch = random.Next(1000, 300_000) });
            var expected = new Dictionary<ulong, Queue<int>>();
            var open = new Dictionary<ulong, Reservation>();
            for (var step = 0; step < 1500; step++)
            {
                var sender = (ulong)random.Next(1, 9);
                var length = random.Next(4) == 0 ? random.Next(37, 66_564) : random.Next(37, 1600);
                switch (random.Next(10))
                {
                    case < 6 when !open.ContainsKey(sender):
                        if (queue.TryReserve(sender, length, random.Next(2) == 0, out var reservation) == ReserveResult.Reserved) open[sender] = reservation;
                        break;
                    case < 8 when open.Remove(sender, out var done):
                        Write(done, sender);
                        queue.Commit(done);
                        (expected.TryGetValue(sender, out var lengths) ? lengths : expected[sender] = new Queue<int>()).Enqueue(done.Length);
                        break;
                    case 8 when open.Remove(sender, out var given):
                        queue.Cancel(given);
                        break;
                    case 9:
                        foreach (var (from, size) in Collect(queue)) Take(expected[(ulong)from], size);
                        break;
                }
            }

            foreach (var reservation in open.Values) queue.Cancel(reservation);
            while (queue.HasWork)
            {
                foreach (var (from, size) in Collect(queue)) Take(expected[(ulong)from], size);
            }

            Assert.Equal(queue.PushedOut, _missing);
            _missing = 0;
            Assert.All(expected.Values, Assert.Empty);
            Assert.Equal((0, 0), (queue.Bytes, queue.Senders));
            Assert.Equal(0, _pool.Rented);
        }
    }

    // Records that were pushed out are missing, and no others.
    private void Take(Queue<int> expected, int size)
    {
        while (expected.Dequeue() != size) _missing++;
    }

    private static bool Put(FairQueue queue, ulong sender, int length)
    {
        if (queue.TryReserve(sender, length, mayWait: true, out var reservation) != ReserveResult.Reserved) return false;
        Write(reservation, sender);
        queue.Commit(reservation);
        return true;
    }

    private static void Write(Reservation reservation, ulong sender)
    {
        var peer = new byte[32];
        peer[0] = (byte)sender;
        RecordHeader.WriteData(reservation.Span, TunnelPeerId.Read(peer), reservation.Length - RecordHeader.DataPrefix);
    }

    private List<(int Sender, int Length)> Drain(FairQueue queue)
    {
        var all = new List<(int, int)>();
        while (queue.HasWork) all.AddRange(Collect(queue));
        return all;
    }

    private List<(int Sender, int Length)> Collect(FairQueue queue)
    {
        queue.Collect(_batch);
        var bytes = _batch.Segments.SelectMany(s => s).ToArray();
        _batch.Clear();
        var records = new List<(int, int)>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = RecordHeader.Read(bytes.AsSpan(at)).RecordLength;
            records.Add((bytes[at + 4], length));
            at += length;
        }

        return records;
    }
}
