using System.Text;
using System.Text.Json;
using Causeway.Gateway.Messaging;

namespace Causeway.Gateway.Tests.Messaging;

public sealed class OutboundWindowTests
{
    [Fact]
    public void Messages_go_out_in_order_and_only_as_many_as_may_be_unacknowledged()
    {
        var window = Window(unacknowledged: 2);
        for (var i = 0; i < 3; i++) Assert.True(window.TryEnqueue(Json(i), i));
        var taken = TakeAll(window);
        Assert.Equal([0, 1], taken.Select(m => m.Ack!.Value));
        Assert.NotNull(window.Acknowledge(Encoding.ASCII.GetBytes(IdOf(taken[0]))));
        Assert.Equal([2], TakeAll(window).Select(m => m.Ack!.Value));
    }

    [Fact]
    public void A_queue_has_its_limits()
    {
        var window = Window(queued: 2);
        Assert.True(window.TryEnqueue(Json(0), null));
        Assert.True(window.TryEnqueue(Json(1), null));
        Assert.False(window.TryEnqueue(Json(2), null));
        var byBytes = new OutboundWindow(new MessagingOptions { MaxQueuedBytes = 1024 }, new MemoryBudget(long.MaxValue));
        Assert.True(byBytes.TryEnqueue(new byte[10_000], null), "one message is always taken");
        Assert.False(byBytes.TryEnqueue(new byte[1], null));
    }

    [Fact]
    public void All_windows_of_a_page_share_a_limit_and_give_back_what_is_acknowledged_or_given_up()
    {
        var page = new MemoryBudget(3 * OutgoingMessage.CostOf(9, Json(0).Length));
        var (one, other) = (new OutboundWindow(new MessagingOptions(), page), new OutboundWindow(new MessagingOptions(), page));
        Assert.True(one.TryEnqueue(Json(0), 0));
        Assert.True(one.TryEnqueue(Json(1), 1));
        Assert.True(other.TryEnqueue(Json(2), 2));
        Assert.False(other.TryEnqueue(Json(3), 3));
        one.Acknowledge(Encoding.ASCII.GetBytes(IdOf(TakeAll(one)[0])));
        Assert.True(other.TryEnqueue(Json(3), 3));
        Assert.False(one.TryEnqueue(Json(4), 4));
        other.Clear();
        one.Clear();
        Assert.Equal(0, page.Held);
    }

    [Fact]
    public void After_a_rewind_everything_unacknowledged_goes_out_again_under_the_same_ids()
    {
        var window = Window();
        for (var i = 0; i < 5; i++) window.TryEnqueue(Json(i), i);
        var first = TakeAll(window).Select(IdOf).ToList();
        Assert.NotNull(window.Acknowledge(Encoding.ASCII.GetBytes(first[0])));
        Assert.NotNull(window.Acknowledge(Encoding.ASCII.GetBytes(first[3])));
        window.Rewind();
        Assert.Equal([first[1], first[2], first[4]], TakeAll(window).Select(IdOf));
        foreach (var id in new[] { first[1], first[2], first[4] }) Assert.NotNull(window.Acknowledge(Encoding.ASCII.GetBytes(id)));
        Assert.Equal(0, window.Count);
        Assert.Equal(0, window.Unacknowledged);
    }

    [Fact]
    public void An_acknowledgement_that_comes_late_on_another_stream_counts()
    {
        var window = Window();
        window.TryEnqueue(Json(0), 0);
        var id = IdOf(TakeAll(window).Single());
        window.Rewind();
        Assert.NotNull(window.Acknowledge(Encoding.ASCII.GetBytes(id)));
        Assert.False(window.TryTake(out _));
    }

    [Fact]
    public void Acknowledgements_of_nothing_are_ignored()
    {
        var window = Window();
        Assert.Null(window.Acknowledge("x"u8));
        window.TryEnqueue(Json(0), 0);
        window.TryEnqueue(Json(1), 1);
        Assert.True(window.TryTake(out var first));
        var id = IdOf(first);
        Assert.Null(window.Acknowledge(Encoding.ASCII.GetBytes(id[..8] + "1")));
        Assert.Null(window.Acknowledge(Encoding.ASCII.GetBytes("AAAAAAAA0")));
        Assert.Null(window.Acknowledge(Encoding.ASCII.GetBytes(id[..8] + "zz")));
        Assert.NotNull(window.Acknowledge(Encoding.ASCII.GetBytes(id)));
        Assert.Null(window.Acknowledge(Encoding.ASCII.GetBytes(id)));
    }

    [Fact]
    public void What_is_given_up_is_what_was_not_acknowledged()
    {
        var window = Window(unacknowledged: 2);
        for (var i = 0; i < 4; i++) window.TryEnqueue(Json(i), i);
        var taken = TakeAll(window);
        window.Acknowledge(Encoding.ASCII.GetBytes(IdOf(taken[1])));
        Assert.Equal([0, 2, 3], window.Clear().Select(m => m.Ack!.Value));
        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void Random_histories_lose_nothing_repeat_nothing_and_keep_the_order()
    {
        for (var seed = 0; seed < Soak.Count(50, 5_000); seed++)
        {
            var random = new Random(seed);
            var window = Window(unacknowledged: random.Next(1, 20));
            var onWire = new Queue<OutgoingMessageCopy>();
            var delivered = new List<long>();
            var seen = new DuplicateFilter(new MemoryBudget(long.MaxValue));
            var acknowledged = new HashSet<long>();
            var next = 0L;
            while (acknowledged.Count < 200)
            {
                switch (random.Next(8))
                {
                    case 0 or 1 or 2 when next < 200:
                        window.TryEnqueue(Json((int)next), next++);
                        break;
                    case 3 or 4 when window.TryTake(out var message):
                        onWire.Enqueue(new(message.Ack!.Value, Encoding.ASCII.GetBytes(IdOf(message))));
                        break;
                    case 5 or 6 when onWire.TryDequeue(out var arrived):
                        if (seen.TryAdd(arrived.Id)) delivered.Add(arrived.Number);

                        // One in four acknowledgements is lost.
                        if (random.Next(4) > 0 && window.Acknowledge(arrived.Id) is { } done) Assert.True(acknowledged.Add(done.Ack!.Value));
                        break;
                    case 7:
                        onWire.Clear();
                        window.Rewind();
                        break;
                }
            }

            Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), delivered);
        }
    }

    private sealed record OutgoingMessageCopy(long Number, byte[] Id);

    private static OutboundWindow Window(int unacknowledged = 1024, int queued = 65_536)
        => new(new MessagingOptions { MaxUnacknowledgedMessages = unacknowledged, MaxQueuedMessages = queued }, new MemoryBudget(long.MaxValue));

    private static byte[] Json(int i) => Encoding.ASCII.GetBytes($"{i}");

    private static List<OutgoingMessage> TakeAll(OutboundWindow window)
    {
        var taken = new List<OutgoingMessage>();
        while (window.TryTake(out var message)) taken.Add(message);
        return taken;
    }

    private static string IdOf(OutgoingMessage message)
        => JsonDocument.Parse(message.Frame[4..]).RootElement.GetProperty("id").GetString()!;
}
