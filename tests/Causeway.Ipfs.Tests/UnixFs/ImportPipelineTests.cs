using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Ipfs.UnixFs.Importing;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class ImportPipelineTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_is_read_than_a_few_leaves_and_two_batches_ahead_of_what_is_put()
    {
        await using var store = new WatchedStore();
        using var content = new CountingStream(96L * MiB);
        var mostAhead = 0L;
        var puts = 0;
        store.Putting = async blocks =>
        {
            Assert.Equal(1, Interlocked.Increment(ref puts));
            mostAhead = Math.Max(mostAhead, content.BytesRead - store.BytesPut);

            // As long as a put takes the import goes on reading, if it may: give it the chance to do so.
            for (var i = 0; i < 200; i++) await Task.Yield();
            mostAhead = Math.Max(mostAhead, content.BytesRead - store.BytesPut);
            Interlocked.Decrement(ref puts);
        };
        var file = await new UnixFsImporter(store, ImportProfile.HeliaDefault).ImportAsync(content, cancellationToken: Stop);
        Assert.Equal(96L * MiB, file.Size);
        Assert.InRange(mostAhead, BlockBatch.Length, (2 * (BlockBatch.Length + MiB)) + (18 * MiB));
    }

    [Fact]
    public async Task A_source_that_fails_fails_the_import()
    {
        await using var store = new WatchedStore();
        using var content = new CountingStream(20L * MiB) { FailsAt = 10L * MiB };
        await Assert.ThrowsAsync<IOException>(() => new UnixFsImporter(store, ImportProfile.HeliaDefault).ImportAsync(content, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_store_that_is_full_fails_the_import_and_nothing_writes_to_it_afterwards()
    {
        await using var store = new WatchedStore();
        var hasEnded = false;
        store.Putting = _ =>
        {
            Assert.False(hasEnded);
            throw new IpfsException(IpfsError.QuotaExceeded, "The store is full.");
        };
        using var content = new CountingStream(64L * MiB);
        var error = await Assert.ThrowsAsync<IpfsException>(() => new UnixFsImporter(store, ImportProfile.HeliaDefault).ImportAsync(content, cancellationToken: Stop));
        hasEnded = true;
        Assert.Equal(IpfsError.QuotaExceeded, error.Error);
        Assert.InRange(content.BytesRead, 0, 50L * MiB);
        Assert.Equal(0, store.Holds);
    }

    [Fact]
    public async Task A_cancelled_import_ends_and_lets_go_of_the_store()
    {
        await using var store = new WatchedStore();
        using var stop = new CancellationTokenSource();
        store.Putting = async _ =>
        {
            await stop.CancelAsync();
            stop.Token.ThrowIfCancellationRequested();
        };
        using var content = new CountingStream(64L * MiB);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new UnixFsImporter(store, ImportProfile.HeliaDefault).ImportAsync(content, cancellationToken: stop.Token));
        Assert.Equal(0, store.Holds);
    }

    [Fact]
    public async Task The_store_is_held_as_long_as_the_tree_is_unfinished()
    {
        await using var store = new WatchedStore();
        store.Putting = _ =>
        {
            Assert.Equal(1, store.Holds);
            return Task.CompletedTask;
        };
        await new UnixFsImporter(store, ImportProfile.HeliaDefault).ImportAsync(new MemoryStream(new byte[10]), cancellationToken: Stop);
        Assert.Equal(0, store.Holds);
        Assert.NotEqual(0, store.BytesPut);
    }

    /// <summary>A stream of zeros that counts what is read.</summary>
    private sealed class CountingStream(long length) : ForwardStream
    {
        private long _read;

        public long BytesRead => Interlocked.Read(ref _read);

        public long FailsAt { get; init; } = long.MaxValue;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (BytesRead >= FailsAt) throw new IOException("The source is gone.");
            count = (int)Math.Min(count, length - BytesRead);
            buffer.AsSpan(offset, count).Clear();
            Interlocked.Add(ref _read, count);
            return count;
        }
    }
}
