using Causeway.Relay.Queues;
using Causeway.Testing;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Relay.Tests.Queues;

/// <summary>The memory that all destinations share.</summary>
public sealed class QueueMemoryTests
{
    private const int Memory = 16 * 1024 * 1024;

    [Fact]
    public void Nobody_holds_more_than_is_free()
    {
        var pool = new ChunkPool(Memory);
        FairQueue silent = new(pool, new QueueLimits { PerDestination = Memory }), honest = new(pool, new QueueLimits());
        for (ulong sender = 1; sender <= 64; sender++) Fill(silent, sender);
        Assert.InRange(pool.Rented, Memory / 4, Memory / 2);
        Assert.Equal(pool.Rented, silent.Memory);
        Assert.True(TryPut(honest, 1, RecordHeader.MaxRecord));
        Assert.True(honest.TryAddControl(new byte[13]));
        silent.Close();
        honest.Close();
        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public void Those_who_hold_the_most_go_first_and_only_when_memory_is_short()
    {
        var pool = new ChunkPool(Memory);
        var queues = Enumerable.Range(0, 8).Select(_ => new FairQueue(pool, new QueueLimits())).ToArray();
        Assert.True(TryPut(queues[7], 1, 1_500));
        for (ulong sender = 1; sender <= 32; sender++) Fill(queues[0], sender);
        Assert.Empty(MemoryShare.Exceeding(pool, queues, q => q.Memory));
        for (ulong sender = 1; sender <= 32; sender++) Fill(queues[1], sender);
        for (ulong sender = 1; sender <= 32; sender++) Fill(queues[2], sender);
        Assert.True(pool.Rented > Memory / 4 * 3);
        Assert.Equal([queues[0]], MemoryShare.Exceeding(pool, queues, q => q.Memory));
    }

    [Fact]
    public async Task A_member_that_reads_nothing_loses_its_place_before_others_lose_frames()
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(new RelayOptions { QueueMemory = Memory }, time: time);
        await using var sender = await TestMember.ConnectAsync(relay);
        await using var reader = await TestMember.ConnectAsync(relay);
        var silent = new List<TestMember>();
        var begun = new List<Reservation>();
        for (var i = 0; i < 3; i++)
        {
            silent.Add(await TestMember.ConnectAsync(relay));
            var outbox = relay.Endpoint.Core.Members.Find(silent[i].Id)!.Outbox;

            // As if the socket took nothing: records that are begun and not ended stay where they are.
            for (ulong number = 100; number < 132; number++)
            {
                if (outbox.TryReserve(number, RecordHeader.MaxRecord, false, out var reservation) == ReserveResult.Reserved && i == 0) begun.Add(reservation);
            }
        }

        var first = relay.Endpoint.Core.Members.Find(silent[0].Id)!.Outbox;
        Assert.True(relay.Endpoint.Core.Chunks.Rented > Memory / 4 * 3);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("does not read", (await silent[0].WhenAsync(s => s.Problem is not null)).Problem, StringComparison.Ordinal);
        foreach (var reservation in begun) first.Cancel(reservation);
        Assert.True(relay.Endpoint.Core.Chunks.Rented <= Memory / 2);
        sender.Send(reader.Id, new byte[RecordHeader.MaxPayload]);
        Assert.Equal(RecordHeader.MaxPayload, (await reader.ReceiveAsync()).Payload.Length);
        foreach (var member in silent) await member.DisposeAsync();
    }

    [Fact]
    public void What_is_under_way_counts_until_it_has_been_sent()
    {
        var pool = new ChunkPool(512 * 1024);
        var queue = new FairQueue(pool, new QueueLimits());
        var batch = new SendBatch();
        Assert.True(TryPut(queue, 1, RecordHeader.MaxRecord));
        queue.Collect(batch);
        Assert.Equal(0, queue.Bytes);

        // A quarter of the memory twice over would be more than what is free.
        Assert.False(TryPut(queue, 1, RecordHeader.MaxRecord));
        Assert.True(TryPut(new FairQueue(pool, new QueueLimits()), 1, RecordHeader.MaxRecord));
        batch.Clear();
        queue.Sent();
        Assert.True(TryPut(queue, 1, 1_500));
    }

    private delegate ReserveResult Reserve(ulong sender, int length, bool mayWait, out Reservation reservation);

    private delegate void Commit(in Reservation reservation);

    private static void Fill(FairQueue queue, ulong sender) => Fill(queue.TryReserve, queue.Commit, sender);

    private static void Fill(Reserve reserve, Commit commit, ulong sender)
    {
        while (TryPut(reserve, commit, sender, RecordHeader.MaxRecord))
        {
            // Until there is no room.
        }
    }

    private static bool TryPut(FairQueue queue, ulong sender, int length) => TryPut(queue.TryReserve, queue.Commit, sender, length);

    private static bool TryPut(Reserve reserve, Commit commit, ulong sender, int length)
    {
        if (reserve(sender, length, false, out var reservation) != ReserveResult.Reserved) return false;
        new RecordHeader(RecordType.Data, length - RecordHeader.Size).Write(reservation.Span);
        commit(reservation);
        return true;
    }
}
