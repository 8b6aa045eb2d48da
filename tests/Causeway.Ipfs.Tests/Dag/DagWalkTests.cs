using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

public sealed class DagWalkTests
{
    private readonly TestDag _dag = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    public async Task Blocks_are_met_depth_first_in_the_order_of_their_links_and_once(int ahead)
    {
        var (a, b, c) = (_dag.Leaf("a"), _dag.Leaf("b"), _dag.Leaf("c"));
        var left = _dag.Node("left", a, b);
        var right = _dag.Node("right", left, c, a);
        var root = _dag.Node("root", left, right, b);
        var options = new DagWalkOptions { Ahead = ahead };
        Assert.Equal([root, left, a, b, right, c], await TestDag.WalkAsync(_dag.Store, options, root));
        Assert.Equal([root, left, a, b, right, left, a, b, c, a, b], await TestDag.WalkAsync(_dag.Store, options with { Repeats = true }, root));
        Assert.Equal([c, root, left, a, b, right], await TestDag.WalkAsync(_dag.Store, options, c, root, c));
        Assert.Equal([root, right, c, a, b], await TestDag.WalkAsync(_dag.Store, options with { Filter = cid => cid != left }, root));
    }

    [Fact]
    public async Task Blocks_that_CIDs_carry_in_themselves_are_walked_through()
    {
        var leaf = _dag.Leaf("leaf");
        var bytes = DagCbor.Encode(IpldList.Of(leaf));
        var inline = Cid.CreateV1(Multicodec.DagCbor, Multihash.FromDigest(MultihashCode.Identity, bytes));
        var root = _dag.Node("root", inline);
        Assert.Equal([root, leaf], await TestDag.WalkAsync(_dag.Store, null, root));
    }

    [Fact]
    public async Task A_block_that_nobody_has_fails_the_walk_or_is_left_out()
    {
        var (a, b) = (_dag.Leaf("a"), _dag.Leaf("b"));
        var gone = _dag.Node("gone", a);
        var root = _dag.Node("root", gone, b);
        await _dag.Store.DeleteAsync([gone]);
        var error = await Assert.ThrowsAsync<IpfsException>(() => TestDag.WalkAsync(_dag.Store, null, root));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
        Assert.Equal([root, b], await TestDag.WalkAsync(_dag.Store, new DagWalkOptions { SkipsMissing = true }, root));
    }

    [Fact]
    public async Task A_block_of_an_unknown_codec_fails_the_walk_or_is_a_leaf()
    {
        var unknown = _dag.Put(Block.Create(Multicodec.DagJose, new byte[] { 1 }));
        var root = _dag.Node("root", unknown);
        var error = await Assert.ThrowsAsync<IpfsException>(() => TestDag.WalkAsync(_dag.Store, null, root));
        Assert.Equal(IpfsError.NotSupported, error.Error);
        Assert.Equal([root, unknown], await TestDag.WalkAsync(_dag.Store, new DagWalkOptions { TakesUnknownAsLeaves = true }, root));
    }

    [Fact]
    public async Task A_chain_of_blocks_is_walked_however_long_it_is()
    {
        var last = _dag.Leaf("end");
        const int Length = 20_000;
        for (var i = 0; i < Length; i++) last = _dag.Node($"{i}", last);
        Assert.Equal(Length + 1, (await TestDag.WalkAsync(_dag.Store, null, last)).Count);
    }

    [Fact]
    public async Task More_blocks_or_waiting_links_than_allowed_end_the_walk()
    {
        // 2^40 paths through 41 blocks.
        var last = _dag.Leaf("end");
        for (var i = 0; i < 40; i++) last = _dag.Node($"{i}", last, last);
        Assert.Equal(41, (await TestDag.WalkAsync(_dag.Store, null, last)).Count);
        var options = new DagWalkOptions { Repeats = true, MaxBlocks = 1000 };
        Assert.Equal(IpfsError.TooLarge, (await Assert.ThrowsAsync<IpfsException>(() => TestDag.WalkAsync(_dag.Store, options, last))).Error);

        var wide = _dag.Node("wide", [.. Enumerable.Range(0, 100).Select(i => _dag.Leaf($"{i}"))]);
        Assert.Equal(101, (await TestDag.WalkAsync(_dag.Store, new DagWalkOptions { MaxWaiting = 100 }, wide)).Count);
        var error = await Assert.ThrowsAsync<IpfsException>(() => TestDag.WalkAsync(_dag.Store, new DagWalkOptions { MaxWaiting = 99 }, wide));
        Assert.Equal(IpfsError.TooLarge, error.Error);
    }

    [Fact]
    public async Task The_next_blocks_are_fetched_while_one_is_waited_for_and_no_more_than_asked_for()
    {
        var root = _dag.Node("root", [.. Enumerable.Range(0, 20).Select(i => _dag.Leaf($"{i}"))]);
        using var source = new GatedSource(_dag.Store, pass: root);
        var walk = TestDag.WalkAsync(source, new DagWalkOptions { Ahead = 5 }, root);
        await source.ReachedAsync(6);
        Assert.Equal(6, source.Open);
        while (!walk.IsCompleted) await source.ReleaseAsync(walk);
        Assert.Equal(21, (await walk).Count);
        Assert.InRange(source.Most, 6, 6);
    }

    [Fact]
    public async Task Fetches_end_with_the_walk_that_began_them()
    {
        var root = _dag.Node("root", [.. Enumerable.Range(0, 20).Select(i => _dag.Leaf($"{i}"))]);
        using var source = new GatedSource(_dag.Store, pass: root);
        using var stop = new CancellationTokenSource();
        var walk = Task.Run(() => new DagWalk(source).RunAsync([root], stop.Token).CountAsync().AsTask());
        await source.ReachedAsync(17);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => walk);
        Assert.Equal(0, source.Open);
    }

    /// <summary>A source that gives one block at once, and the others when it is told to, the oldest request first.</summary>
    private sealed class GatedSource(IBlockSource source, Cid pass) : IBlockSource, IDisposable
    {
        private readonly Lock _lock = new();
        private readonly Queue<TaskCompletionSource> _gates = [];
        private readonly SemaphoreSlim _changed = new(0);
        private int _begun;

        public int Open { get; private set; }

        public int Most { get; private set; }

        public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            if (cid == pass) return await source.GetAsync(cid, cancellationToken);
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _gates.Enqueue(gate);
                Most = Math.Max(Most, ++Open);
                _begun++;
            }

            _changed.Release();
            try
            {
                await gate.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                lock (_lock) Open--;
            }

            return await source.GetAsync(cid, cancellationToken);
        }

        public void Dispose() => _changed.Dispose();

        public async Task ReachedAsync(int begun)
        {
            while (true)
            {
                lock (_lock)
                    if (_begun >= begun) return;
                Assert.True(await _changed.WaitAsync(TimeSpan.FromMinutes(2)));
            }
        }

        public async Task ReleaseAsync(Task walk)
        {
            TaskCompletionSource? gate;
            lock (_lock) _gates.TryDequeue(out gate);
            if (gate is not null) gate.SetResult();
            else await Task.WhenAny(walk, _changed.WaitAsync(TimeSpan.FromMinutes(2)));
        }
    }
}
