using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Tests.Bitswap.Support;
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap;

/// <summary>Peers that lie, that want everything and read nothing, that send what is no message.</summary>
public sealed class HostilePeerTests
{
    private readonly MemoryNetwork _network = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lying_provider_is_dropped_and_an_honest_one_delivers()
    {
        var tree = new TestTree(seed: 5, leaves: 200, leafLength: 4000);
        var lies = new LyingStore();
        await using var here = await BlockPeer.StartAsync(_network);
        await using var liar = await BlockPeer.StartAsync(_network, store: lies);
        await using var honest = await BlockPeer.StartAsync(_network);
        await honest.Store.PutAsync(tree.Blocks, Stop);

        await using var session = here.Exchange.CreateSession(tree.Root);
        await session.AddPeerAsync(liar.Id, liar.Host.Addresses, Stop);
        await session.AddPeerAsync(honest.Id, honest.Host.Addresses, Stop);
        await session.FetchDagAsync(tree.Root, cancellationToken: Stop).WaitAsync(BlockPeer.Patience, Stop);

        foreach (var block in tree.Blocks) Assert.Equal(block.Data.ToArray(), (await here.Store.GetAsync(block.Cid, Stop)).ToArray());
        Assert.InRange(lies.Lies, 1, int.MaxValue);
        Assert.DoesNotContain(liar.Id, session.Peers);
        Assert.Equal(tree.Blocks.Count, (int)session.Progress.BlocksReceived);
    }

    [Fact]
    public async Task Who_sends_wrong_blocks_again_and_again_is_banned()
    {
        await using var here = await BlockPeer.StartAsync(_network);
        await using var there = await StartStrangerAsync();
        await there.ConnectAsync(here.Host.Addresses[0].WithPeerId(here.Id), Stop);
        for (var i = 0; !here.Exchange.IsBanned(there.Id); i++)
        {
            Assert.InRange(i, 0, 100);
            var wrong = new OutgoingMessage();
            wrong.Add(Block.Create(Multicodec.Raw, BitConverter.GetBytes(i)));
            try
            {
                await using var stream = await there.OpenStreamAsync(here.Id, [BitswapExchange.ProtocolId], Stop);
                await wrong.WriteAsync(stream, Stop);
                stream.CompleteWrites();
                await Task.WhenAny(stream.ReadsClosed).WaitAsync(BlockPeer.Patience, Stop);
            }
            catch (Libp2pException)
            {
                // Disconnected.
            }
        }

        await Eventually.HoldsAsync(() => !here.Host.Connections.IsConnected(there.Id));
    }

    [Fact]
    public async Task Who_wants_everything_and_reads_nothing_costs_one_message()
    {
        var tree = new TestTree(seed: 6, leaves: 1000, leafLength: 64 << 10);
        var store = new CountingStore(new MemoryBlockStore());
        await store.PutAsync(tree.Blocks, Stop);
        await using var here = await BlockPeer.StartAsync(_network, store: store);
        var stuck = new TaskCompletionSource<Libp2pStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var there = await StartStrangerAsync(async (stream, token) =>
        {
            stuck.TrySetResult(stream);
            await Task.Delay(Timeout.Infinite, token);
        });
        await there.ConnectAsync(here.Host.Addresses[0].WithPeerId(here.Id), Stop);
        await WantAsync(there, here, tree.Blocks);
        await stuck.Task.WaitAsync(BlockPeer.Patience, Stop);

        // Others are served meanwhile.
        await using var friend = await BlockPeer.StartAsync(_network);
        await friend.ConnectAsync(here);
        Assert.NotEqual(0, (await friend.Exchange.GetAsync(tree.Root, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop)).Length);

        // What a stream's window takes and one message; not the 64 MB that were asked for.
        Assert.InRange(store.BytesRead, 1, 4 << 20);
        Assert.InRange(here.Exchange.LedgerOf(there.Id)!.Wants, 900, tree.Blocks.Count);
    }

    [Fact]
    public async Task Who_wants_more_than_is_kept_hears_that_the_rest_is_not_here()
    {
        await using var here = await BlockPeer.StartAsync(_network, new BitswapOptions { MaxWantsPerPeer = 10, ServeBlocks = true });
        var denied = 0;
        await using var there = await StartStrangerAsync(async (stream, token) =>
        {
            var reader = new MessageReader(stream, static _ => { });
            while (await reader.WaitAsync(token)) Interlocked.Add(ref denied, (await reader.ReadAsync(await reader.ReadLengthAsync(token), token)).Presences.Count(static presence => !presence.Has));
        });
        await there.ConnectAsync(here.Host.Addresses[0].WithPeerId(here.Id), Stop);
        await WantAsync(there, here, new TestTree(seed: 7, leaves: 50, leafLength: 5).Leaves);

        await Eventually.HoldsAsync(() => Volatile.Read(ref denied) == 50);
        Assert.Equal(10, here.Exchange.LedgerOf(there.Id)!.Wants);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [InlineData(new byte[] { 0x81, 0x80, 0x80, 0x02 })]
    [InlineData(new byte[] { 2, 0x0a, 5 })]
    public async Task What_is_no_message_ends_the_stream(byte[] bytes)
    {
        await using var here = await BlockPeer.StartAsync(_network);
        await using var there = await StartStrangerAsync();
        await there.ConnectAsync(here.Host.Addresses[0].WithPeerId(here.Id), Stop);
        await using var stream = await there.OpenStreamAsync(here.Id, [BitswapExchange.ProtocolId], Stop);
        await stream.WriteAsync(bytes, Stop);
        await Assert.ThrowsAsync<Libp2pException>(() => stream.ReadsClosed.WaitAsync(BlockPeer.Patience, Stop));
    }

    [Fact]
    public async Task Who_may_not_have_a_block_is_told_that_it_is_not_here()
    {
        var block = Block.Create(Multicodec.Raw, "for friends"u8.ToArray());
        PeerId? friend = null;
        var asked = 0;
        await using var here = await BlockPeer.StartAsync(_network, new BitswapOptions { Filter = (peer, _) => peer.Equals(friend) || Interlocked.Increment(ref asked) < 0 });
        await here.Store.PutAsync([block], Stop);
        await using var one = await BlockPeer.StartAsync(_network);
        var clock = new ManualTimeProvider();
        await using var other = await BlockPeer.StartAsync(_network, time: clock);
        friend = one.Id;
        await one.ConnectAsync(here);
        await other.ConnectAsync(here);

        Assert.Equal(block.Data.ToArray(), (await one.Exchange.GetAsync(block.Cid, Stop).AsTask().WaitAsync(BlockPeer.Patience, Stop)).ToArray());
        var refused = other.Exchange.GetAsync(block.Cid, Stop).AsTask();
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked) > 0);
        clock.Advance(other.Exchange.Options.WantTimeout * 2);
        var error = await Assert.ThrowsAsync<IpfsException>(() => refused.WaitAsync(BlockPeer.Patience, Stop));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
    }

    private static async Task WantAsync(IHost from, BlockPeer to, IReadOnlyList<Block> blocks)
    {
        var wants = new OutgoingMessage();
        foreach (var block in blocks) wants.Add(new WantEntry(block.Cid, SendDontHave: true));
        await using var stream = await from.OpenStreamAsync(to.Id, [BitswapExchange.ProtocolId], Stop);
        await wants.WriteAsync(stream, Stop);
    }

    private async Task<IHost> StartStrangerAsync(StreamHandler? handler = null)
    {
        var host = new HostBuilder().UseMemory(_network).Listen("/memory/0").Build();
        host.Handle(BitswapExchange.ProtocolId, handler ?? (static (_, _) => Task.CompletedTask));
        await host.StartAsync(Stop);
        return host;
    }
}
