using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class ReadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FileLayout.Balanced)]
    [InlineData(FileLayout.Trickle)]
    public async Task Any_range_of_a_file_can_be_read(FileLayout layout)
    {
        await using var store = new MemoryBlockStore();
        var content = Noise.Bytes(12_345);
        var file = await new UnixFsImporter(store, Some.Deep(layout)).ImportAsync(new MemoryStream(content), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: Stop);
        var random = new Random(7);
        var buffer = new byte[700];
        for (var i = 0; i < 500; i++)
        {
            var offset = random.Next(content.Length + 1);
            var count = random.Next(buffer.Length);
            stream.Position = offset;
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, count), count, throwOnEndOfStream: false, Stop);
            Assert.Equal(Math.Min(count, content.Length - offset), read);
            Assert.True(buffer.AsSpan(0, read).SequenceEqual(content.AsSpan(offset, read)));
            Assert.Equal(offset + read, stream.Position);
        }

        stream.Seek(-5, SeekOrigin.End);
        Assert.Equal(content[^5], stream.ReadByte());
        stream.Seek(10, SeekOrigin.End);
        Assert.Equal(-1, stream.ReadByte());
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(-1, SeekOrigin.Begin));
    }

    [Fact]
    public async Task A_range_fetches_the_nodes_on_the_way_to_it_and_its_leaves_only()
    {
        await using var store = new WatchedStore();
        var file = await new UnixFsImporter(store, Some.Deep()).ImportAsync(new MemoryStream(Noise.Bytes(100 * 81)), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: Stop);
        Assert.Equal(1, store.Gets);
        stream.Position = 100 * 40;
        await stream.ReadExactlyAsync(new byte[100], Stop);

        // The root, three nodes below it, the leaf.
        Assert.Equal(5, store.Gets);

        stream.Position = (100 * 40) + 50;
        await stream.ReadExactlyAsync(new byte[10], Stop);
        Assert.Equal(5, store.Gets);
    }

    [Fact]
    public async Task What_is_stepped_over_after_a_read_is_not_fetched()
    {
        await using var store = new WatchedStore();
        var file = await new UnixFsImporter(store, Some.Deep()).ImportAsync(new MemoryStream(Noise.Bytes(100 * 81)), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: Stop);
        await stream.ReadExactlyAsync(new byte[100], Stop);
        var before = store.Gets;
        stream.Position = 100 * 70;
        await stream.ReadExactlyAsync(new byte[100], Stop);

        // Three nodes and the leaf.
        Assert.InRange(store.Gets - before, 1, 4);
    }

    [Fact]
    public async Task Nothing_behind_the_end_that_the_reader_has_named_is_fetched_ahead()
    {
        await using var store = new WatchedStore();
        var file = await new UnixFsImporter(store, Some.Deep() with { MaxLinks = 100 }).ImportAsync(new MemoryStream(Noise.Bytes(100 * 100)), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, new UnixFsReadOptions { End = 1000 }, Stop);
        await stream.ReadExactlyAsync(new byte[1000], Stop);
        Assert.Equal(1 + 10, store.Gets);

        // Whoever reads on gets it all the same.
        await stream.ReadExactlyAsync(new byte[1000], Stop);
        Assert.Equal(1 + 20, store.Gets);
    }

    [Fact]
    public async Task More_and_more_blocks_are_fetched_at_once_as_long_as_the_reading_goes_on()
    {
        await using var store = new WatchedStore();
        var file = await new UnixFsImporter(store, Some.Deep() with { MaxLinks = 100 }).ImportAsync(new MemoryStream(Noise.Bytes(100 * 100)), cancellationToken: Stop);
        var options = new UnixFsReadOptions { MaxBlocksAhead = 8 };
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, options, Stop);
        var waiting = new Queue<TaskCompletionSource>();
        store.Getting = _ =>
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(gate);
            return gate.Task;
        };
        var outstanding = new List<int>();
        for (var leaf = 0; leaf < 6; leaf++)
        {
            var reading = stream.ReadExactlyAsync(new byte[100], Stop).AsTask();
            outstanding.Add(waiting.Count);
            waiting.Dequeue().SetResult();
            await reading;
        }

        Assert.Equal([1, 2, 4, 8, 8, 8], outstanding);
    }

    [Fact]
    public async Task Bytes_fetched_at_once_are_bounded()
    {
        await using var store = new WatchedStore();
        var file = await new UnixFsImporter(store, Some.Deep() with { MaxLinks = 100 }).ImportAsync(new MemoryStream(Noise.Bytes(100 * 100)), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, new UnixFsReadOptions { MaxBytesAhead = 250 }, Stop);
        var before = store.Gets;
        await stream.ReadExactlyAsync(new byte[1000], Stop);
        Assert.InRange(store.Gets - before, 10, 12);
    }

    [Fact]
    public async Task A_block_that_is_missing_fails_the_read_and_the_next_try_goes_on_where_it_was()
    {
        await using var store = new WatchedStore();
        var content = Noise.Bytes(5000);
        var file = await new UnixFsImporter(store, Some.Deep()).ImportAsync(new MemoryStream(content), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: Stop);
        var start = new byte[1234];
        await stream.ReadExactlyAsync(start, Stop);
        store.Getting = _ => Task.FromException(new IpfsException(IpfsError.BlockNotFound, "Nobody has it."));
        var rest = new byte[5000 - 1234];
        var read = 0;
        var error = await Assert.ThrowsAsync<IpfsException>(async () =>
        {
            while (true) read += await stream.ReadAsync(rest.AsMemory(read), Stop);
        });
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
        store.Getting = static _ => Task.CompletedTask;
        await stream.ReadExactlyAsync(rest.AsMemory(read), Stop);
        Assert.Equal(content, (byte[])[.. start, .. rest]);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_ends_and_may_be_tried_again()
    {
        await using var store = new WatchedStore();
        var content = Noise.Bytes(300);
        var file = await new UnixFsImporter(store, Some.Deep()).ImportAsync(new MemoryStream(content), cancellationToken: Stop);
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: Stop);
        store.Getting = static _ => new TaskCompletionSource().Task;
        using var stop = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[10], stop.Token).AsTask();
        Assert.False(reading.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        store.Getting = static _ => Task.CompletedTask;
        var whole = new byte[300];
        await stream.ReadExactlyAsync(whole, Stop);
        Assert.Equal(content, whole);
    }
}
