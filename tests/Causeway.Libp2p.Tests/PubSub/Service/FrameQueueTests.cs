using Causeway.Libp2p.PubSub.Service;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Service;

public sealed class FrameQueueTests
{
    private static RpcFrame Frame(int size = 10) => new(new byte[size]);

    [Fact]
    public void What_is_worth_more_leaves_first_and_equals_keep_their_order()
    {
        var queue = new FrameQueue(10, 1000);
        var frames = Enumerable.Range(0, 5).Select(_ => Frame()).ToArray();
        FramePriority[] priorities = [FramePriority.Gossip, FramePriority.Forward, FramePriority.Own, FramePriority.Forward, FramePriority.Control];
        for (var i = 0; i < 5; i++) Assert.True(queue.TryAdd(frames[i], priorities[i], out _));
        int[] order = [4, 2, 1, 3, 0];
        Assert.Equal(order.Select(i => frames[i]), Enumerable.Range(0, 5).Select(_ => queue.Take(1000)!));
        Assert.Null(queue.Take(1000));
    }

    [Fact]
    public void A_queue_that_was_busy_tells_once_when_it_is_no_longer()
    {
        var queue = new FrameQueue(10, 1000);
        for (var i = 0; i < 5; i++) queue.TryAdd(Frame(), FramePriority.Own, out _);
        Assert.False(queue.TakeRelief());

        // Busy between two takes of a writer, and never when it looks.
        queue.TryAdd(Frame(), FramePriority.Own, out _);
        Assert.True(queue.IsBusy);
        Assert.False(queue.TakeRelief());
        queue.Take(1000);
        Assert.True(queue.TakeRelief());
        Assert.False(queue.TakeRelief());
    }

    [Fact]
    public void A_full_queue_drops_what_is_worth_least()
    {
        var queue = new FrameQueue(2, 1000);
        var (gossip, forward, own) = (Frame(), Frame(), Frame());
        Assert.True(queue.TryAdd(gossip, FramePriority.Gossip, out _));
        Assert.True(queue.TryAdd(forward, FramePriority.Forward, out _));
        Assert.True(queue.TryAdd(own, FramePriority.Own, out var dropped));
        Assert.Equal(1, dropped);
        Assert.False(queue.TryAdd(Frame(), FramePriority.Forward, out dropped));
        Assert.Equal(1, dropped);
        Assert.Same(own, queue.Take(1000));
        Assert.Same(forward, queue.Take(1000));
    }

    [Fact]
    public void Bytes_are_bounded_too_but_one_frame_always_fits()
    {
        var queue = new FrameQueue(100, 50);
        Assert.True(queue.TryAdd(Frame(500), FramePriority.Gossip, out _));
        Assert.True(queue.TryAdd(Frame(20), FramePriority.Control, out var dropped));
        Assert.Equal(1, dropped);
        Assert.Equal(1, queue.Count);
        Assert.False(queue.IsBusy);
        Assert.True(queue.TryAdd(Frame(10), FramePriority.Control, out _));
        Assert.True(queue.IsBusy);
        queue.Clear();
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_frame_that_does_not_fit_the_batch_stays()
    {
        var queue = new FrameQueue(10, 1000);
        queue.TryAdd(Frame(100), FramePriority.Own, out _);
        Assert.Null(queue.Take(99));
        Assert.NotNull(queue.Take(100));
    }
}
