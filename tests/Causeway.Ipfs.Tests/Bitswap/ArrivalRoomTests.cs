using Causeway.Cryptography.Keys;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Peers;
using Causeway.Ipfs.Tests.Bitswap.Support;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap;

public sealed class ArrivalRoomTests
{
    private const int MiB = 1 << 20;
    private static readonly PeerId A = NewPeer();
    private static readonly PeerId B = NewPeer();
    private static readonly PeerId C = NewPeer();
    private readonly ArrivalRoom _room = new(8 * MiB);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_peer_has_its_share_and_the_rest_of_it_waits()
    {
        Assert.True(Enter(A, 3 * MiB).IsCompletedSuccessfully);
        Assert.True(Enter(A, MiB).IsCompletedSuccessfully);
        var third = Enter(A, 1);
        Assert.False(third.IsCompleted);
        Assert.Equal(4 * MiB, _room.Held);

        _room.Leave(A, MiB);
        await third.WaitAsync(BlockPeer.Patience, Stop);
        Assert.Equal((3 * MiB) + 1, _room.Held);
    }

    [Fact]
    public void Who_waits_for_its_own_share_keeps_nobody_waiting()
    {
        Assert.True(Enter(A, 4 * MiB).IsCompletedSuccessfully);
        Assert.False(Enter(A, MiB).IsCompleted);
        Assert.True(Enter(B, MiB).IsCompletedSuccessfully);
        Assert.True(Enter(B, MiB).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_peers_first_message_gets_in_however_full_it_is()
    {
        Assert.True(Enter(A, 4 * MiB).IsCompletedSuccessfully);
        Assert.True(Enter(B, 4 * MiB).IsCompletedSuccessfully);
        Assert.True(Enter(C, 2 * MiB).IsCompletedSuccessfully);
        var second = Enter(C, MiB);
        Assert.False(second.IsCompleted);

        // Still more than the limit, but nothing of this peer's.
        _room.Leave(C, 2 * MiB);
        await second.WaitAsync(BlockPeer.Patience, Stop);
    }

    [Fact]
    public async Task A_long_message_is_not_overtaken_by_short_ones()
    {
        foreach (var peer in new[] { A, B, C }) Assert.True(Enter(peer, 2 * MiB).IsCompletedSuccessfully);
        Assert.True(Enter(A, MiB).IsCompletedSuccessfully);
        var @long = Enter(B, 2 * MiB);
        var @short = Enter(C, MiB);
        Assert.False(@long.IsCompleted);
        Assert.False(@short.IsCompleted);

        _room.Leave(A, MiB);
        await @long.WaitAsync(BlockPeer.Patience, Stop);
        Assert.False(@short.IsCompleted);
        _room.Leave(A, 2 * MiB);
        await @short.WaitAsync(BlockPeer.Patience, Stop);
    }

    [Fact]
    public async Task Who_gives_up_waiting_makes_room_for_who_is_behind()
    {
        foreach (var peer in new[] { A, B }) Assert.True(Enter(peer, 2 * MiB).IsCompletedSuccessfully);
        Assert.True(Enter(C, 3 * MiB).IsCompletedSuccessfully);
        using var stop = new CancellationTokenSource();
        var first = _room.EnterAsync(A, 2 * MiB, stop.Token).AsTask();
        var next = Enter(B, MiB);
        Assert.False(next.IsCompleted);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await next.WaitAsync(BlockPeer.Patience, Stop);
        Assert.Equal(0, _room.Waiting);
        Assert.Equal(8 * MiB, _room.Held);
    }

    [Fact]
    public void Empty_messages_leave_no_trace()
    {
        for (var i = 0; i < 3; i++) Assert.True(Enter(A, 0).IsCompletedSuccessfully);
        for (var i = 0; i < 3; i++) _room.Leave(A, 0);
        Assert.Equal(0, _room.Held);
    }

    [Fact]
    public async Task What_was_processed_or_never_arrived_takes_no_room()
    {
        var network = new MemoryNetwork();
        var tree = new TestTree(seed: 31, leaves: 100, leafLength: 200_000);
        await using var here = await BlockPeer.StartAsync(network, BlockPeer.Patient with { MaxArrivingBytes = 4 * MiB });
        await using (var there = await BlockPeer.StartAsync(network))
        {
            await there.Store.PutAsync(tree.Blocks, Stop);
            await here.ConnectAsync(there);
            await using var session = here.Exchange.CreateSession(tree.Root);
            await session.FetchDagAsync(tree.Root, cancellationToken: Stop).WaitAsync(BlockPeer.Patience, Stop);
            await Eventually.HoldsAsync(() => here.Exchange.Arriving.Held == 0);

            // A message that says that it is long, and is cut off.
            await using var stream = await there.Host.OpenStreamAsync(here.Id, [BitswapExchange.ProtocolId], Stop);
            await stream.WriteAsync(new byte[] { 0xff, 0xff, 0x7f, 0 }, Stop);
            await Eventually.HoldsAsync(() => here.Exchange.Arriving.Held == 0x1fffff);
        }

        await Eventually.HoldsAsync(() => here.Exchange.Arriving.Held == 0);
    }

    private static PeerId NewPeer()
    {
        using var key = PrivateKey.Generate();
        return PeerId.FromPublicKey(key.PublicKey);
    }

    private Task Enter(PeerId peer, int length) => _room.EnterAsync(peer, length, Stop).AsTask();
}
