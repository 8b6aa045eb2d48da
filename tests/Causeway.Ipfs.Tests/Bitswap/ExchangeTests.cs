using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Tests.Bitswap.Support;
using Causeway.Ipfs.Tests.UnixFs;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap;

/// <summary>Whole exchanges with hosts, over a network in memory.</summary>
public sealed class ExchangeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_is_fetched_from_a_connected_peer_and_kept()
    {
        var network = new MemoryNetwork();
        await using var here = await BlockPeer.StartAsync(network);
        await using var there = await BlockPeer.StartAsync(network);
        var block = Block.Create(Multicodec.Raw, "something"u8.ToArray());
        await there.Store.PutAsync([block], Stop);
        await here.ConnectAsync(there);

        var data = await here.Exchange.GetAsync(block.Cid, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop);

        Assert.Equal(block.Data.ToArray(), data.ToArray());
        Assert.True(await here.Store.HasAsync(block.Cid, Stop));
        var ledger = here.Exchange.LedgerOf(there.Id);
        Assert.Equal((1, block.Data.Length), (ledger!.BlocksReceived, ledger.BytesReceived));
    }

    [Fact]
    public async Task A_tree_is_fetched_from_several_peers_at_once_each_block_about_once()
    {
        var network = new MemoryNetwork();
        var tree = new TestTree(seed: 1, leaves: 1000, leafLength: 8 << 10);
        await using var here = await BlockPeer.StartAsync(network);
        await using var one = await BlockPeer.StartAsync(network);
        await using var two = await BlockPeer.StartAsync(network);
        await using var session = here.Exchange.CreateSession(tree.Root);
        foreach (var peer in new[] { one, two })
        {
            await peer.Store.PutAsync(tree.Blocks, Stop);
            await session.AddPeerAsync(peer.Id, peer.Host.Addresses, Stop);
        }

        await session.FetchDagAsync(tree.Root, cancellationToken: Stop).WaitAsync(BlockPeer.Patience, Stop);

        foreach (var block in tree.Blocks) Assert.Equal(block.Data.ToArray(), (await here.Store.GetAsync(block.Cid, Stop)).ToArray());
        Assert.Equal(tree.Blocks.Count, session.Progress.BlocksReceived);
        var received = new[] { one, two }.Select(peer => here.Exchange.LedgerOf(peer.Id)!.BlocksReceived).ToArray();
        Assert.All(received, static count => Assert.InRange(count, 16, int.MaxValue));
        Assert.Equal(tree.Blocks.Count, received.Sum());
    }

    [Fact]
    public async Task What_is_there_is_not_asked_for_again()
    {
        var network = new MemoryNetwork();
        var tree = new TestTree(seed: 2, leaves: 50, leafLength: 2000, fanOut: 10);
        await using var here = await BlockPeer.StartAsync(network);
        await using var there = await BlockPeer.StartAsync(network);
        await there.Store.PutAsync(tree.Blocks, Stop);
        await here.Store.PutAsync([.. tree.Blocks.Take(30)], Stop);
        await here.ConnectAsync(there);

        await using var session = here.Exchange.CreateSession(tree.Root);
        await session.FetchDagAsync(tree.Root, cancellationToken: Stop).WaitAsync(BlockPeer.Patience, Stop);

        Assert.Equal(tree.Blocks.Count - 30, session.Progress.BlocksReceived);
        await Eventually.HoldsAsync(() => there.Exchange.LedgerOf(here.Id)!.BlocksSent == tree.Blocks.Count - 30);
    }

    [Fact]
    public async Task A_want_is_kept_until_the_block_comes_into_the_store()
    {
        var network = new MemoryNetwork();
        await using var here = await BlockPeer.StartAsync(network);
        await using var there = await BlockPeer.StartAsync(network);
        await here.ConnectAsync(there);
        var block = Block.Create(Multicodec.Raw, new byte[5000]);

        var fetching = here.Exchange.GetAsync(block.Cid, Stop).AsTask();
        await Eventually.HoldsAsync(() => there.Exchange.LedgerOf(here.Id)?.Wants == 1);
        await there.Exchange.Store.PutAsync([block], Stop);

        Assert.Equal(5000, (await fetching.WaitAsync(BlockPeer.Patience, Stop)).Length);
        await Eventually.HoldsAsync(() => there.Exchange.LedgerOf(here.Id)?.Wants == 0);
    }

    [Fact]
    public async Task A_block_that_is_put_into_the_store_here_ends_the_wait()
    {
        await using var here = await BlockPeer.StartAsync(new MemoryNetwork());
        var block = Block.Create(Multicodec.Raw, new byte[5000]);

        await using var session = here.Exchange.CreateSession();
        var fetching = session.GetAsync(block.Cid, Stop).AsTask();
        await Eventually.HoldsAsync(() => !fetching.IsCompleted);
        await here.Exchange.Store.PutAsync([block], Stop);

        Assert.Equal(5000, (await fetching.WaitAsync(BlockPeer.Patience, Stop)).Length);
    }

    [Fact]
    public async Task Of_peers_that_are_gone_nothing_is_left()
    {
        var network = new MemoryNetwork();
        await using var here = await BlockPeer.StartAsync(network);
        PeerId gone;
        await using (var there = await BlockPeer.StartAsync(network))
        {
            await there.ConnectAsync(here);
            gone = there.Id;
            var block = Block.Create(Multicodec.Raw, new byte[50]);
            await here.Store.PutAsync([block], Stop);
            await there.Exchange.GetAsync(block.Cid, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop);
        }

        await Eventually.HoldsAsync(() => here.Exchange.LinkCount == 0 && here.Exchange.Peers.Count == 0);

        // As a stream's handler does that is slower than the end of its connection.
        here.Exchange.LinkTo(gone).Kick();
        await Eventually.HoldsAsync(() => here.Exchange.LinkCount == 0);
    }

    [Fact]
    public async Task What_is_fetched_goes_at_once_to_those_who_wait_for_it_here()
    {
        var network = new MemoryNetwork();
        var block = Block.Create(Multicodec.Raw, new byte[5000]);
        await using var source = await BlockPeer.StartAsync(network);
        await source.Store.PutAsync([block], Stop);
        await using var middle = await BlockPeer.StartAsync(network);

        // Its time stands still: it does not ask again.
        await using var last = await BlockPeer.StartAsync(network, time: new ManualTimeProvider());
        await last.ConnectAsync(middle);
        var fetching = last.Exchange.GetAsync(block.Cid, Stop).AsTask();
        await Eventually.HoldsAsync(() => middle.Exchange.LedgerOf(last.Id)?.Wants == 1);
        await middle.ConnectAsync(source);
        await middle.Exchange.GetAsync(block.Cid, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop);
        Assert.Equal(5000, (await fetching.WaitAsync(BlockPeer.Patience, Stop)).Length);
    }

    [Fact]
    public async Task What_a_session_was_told_of_is_held_until_it_is_disposed()
    {
        var block = Block.Create(Multicodec.Raw, new byte[50]);
        foreach (var reads in new[] { true, false })
        {
            var store = new WatchedStore();
            await using var here = await BlockPeer.StartAsync(new MemoryNetwork(), store: store);
            await store.PutAsync([block], Stop);
            await using (var session = here.Exchange.CreateSession())
            {
                Assert.Equal(0, store.Holds);
                if (reads) await session.GetAsync(block.Cid, Stop);
                else await session.EnsureAsync(block.Cid, Stop);
                Assert.Equal(1, store.Holds);
            }

            Assert.Equal(0, store.Holds);
        }
    }

    [Fact]
    public async Task A_cancelled_want_is_taken_back()
    {
        var network = new MemoryNetwork();
        await using var here = await BlockPeer.StartAsync(network);
        await using var there = await BlockPeer.StartAsync(network);
        await here.ConnectAsync(there);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var fetching = here.Exchange.GetAsync(Block.Create(Multicodec.Raw, new byte[9]).Cid, cancelled.Token).AsTask();
        await Eventually.HoldsAsync(() => there.Exchange.LedgerOf(here.Id)?.Wants == 1);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        await Eventually.HoldsAsync(() => there.Exchange.LedgerOf(here.Id)?.Wants == 0);
    }

    [Fact]
    public async Task A_disposed_session_leaves_nobody_waiting()
    {
        await using var here = await BlockPeer.StartAsync(new MemoryNetwork());
        var session = here.Exchange.CreateSession();
        var fetching = session.GetAsync(Block.Create(Multicodec.Raw, new byte[9]).Cid, Stop).AsTask();
        await session.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fetching.WaitAsync(BlockPeer.Patience, Stop));
    }

    [Fact]
    public async Task A_peer_that_goes_away_in_the_middle_is_replaced()
    {
        var network = new MemoryNetwork();
        var tree = new TestTree(seed: 3, leaves: 400, leafLength: 8 << 10);
        await using var here = await BlockPeer.StartAsync(network);
        var one = await BlockPeer.StartAsync(network);
        await using var two = await BlockPeer.StartAsync(network);
        await one.Store.PutAsync(tree.Blocks, Stop);
        await two.Store.PutAsync(tree.Blocks, Stop);
        await here.ConnectAsync(one);

        await using var session = here.Exchange.CreateSession(tree.Root);
        var some = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var progress = new Progress(p =>
        {
            if (p.Blocks > 50) some.TrySetResult();
        });
        var fetching = session.FetchDagAsync(tree.Root, progress, Stop);
        await some.Task.WaitAsync(BlockPeer.Patience, Stop);
        await one.DisposeAsync();
        await here.ConnectAsync(two);

        await fetching.WaitAsync(BlockPeer.Patience, Stop);
    }

    private sealed class Progress(Action<BitswapProgress> report) : IProgress<BitswapProgress>
    {
        public void Report(BitswapProgress value) => report(value);
    }
}
