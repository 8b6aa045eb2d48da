using Causeway.Cryptography.Keys;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Server;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Server;

public sealed class ServerCoreTests
{
    private static readonly PeerId Peer = NewPeer();
    private static readonly PeerId Other = NewPeer();
    private readonly ServerCore _core = new(new BitswapOptions { MaxWantsPerPeer = 100, MaxWants = 150 });
    private readonly List<(PeerId Peer, Cid Cid)> _refused = [];

    [Fact]
    public void Wants_are_taken_by_priority_and_among_equals_in_order()
    {
        Want(Peer, (1, 1), (2, 5), (3, 1), (4, int.MaxValue), (5, int.MinValue));
        Assert.Equal([4, 2, 1, 3, 5], TakeAll(Peer));
    }

    [Fact]
    public void A_cancelled_want_has_no_turn()
    {
        Want(Peer, (1, 1), (2, 1));
        _core.OnWants(Peer, [new WantEntry(CidOf(1), IsCancel: true)], isFull: false, _refused);
        Assert.Equal([2], TakeAll(Peer));
        Assert.Equal(1, _core.WantCount);
    }

    [Fact]
    public void A_full_wantlist_replaces_the_one_before()
    {
        Want(Peer, (1, 1), (2, 1), (3, 1));
        _core.OnWants(Peer, [new WantEntry(CidOf(3)), new WantEntry(CidOf(4))], isFull: true, _refused);
        Assert.Equal([3, 4], TakeAll(Peer).Order());
    }

    [Fact]
    public void What_was_answered_is_forgotten_and_may_be_asked_again()
    {
        Want(Peer, (1, 1));
        _core.OnAnswered(_core.Take(Peer)!.Value);
        Assert.Equal(0, _core.WantCount);
        Want(Peer, (1, 1));
        Assert.Equal([1], TakeAll(Peer));
    }

    [Fact]
    public void A_want_whose_block_is_not_here_waits_and_is_denied_once()
    {
        _core.OnWants(Peer, [new WantEntry(CidOf(1), SendDontHave: true)], isFull: false, _refused);
        Assert.True(ServerCore.OnAbsent(_core.Take(Peer)!.Value));
        Assert.Null(_core.Take(Peer));

        Assert.Equal([Peer], _core.OnBlocks([CidOf(1).Hash]));
        Assert.False(ServerCore.OnAbsent(_core.Take(Peer)!.Value));
        Assert.Equal([Peer], _core.OnBlocks([CidOf(1).Hash]));
        Assert.NotNull(_core.Take(Peer));
    }

    [Fact]
    public void A_block_that_comes_while_it_is_looked_up_is_not_missed()
    {
        _core.OnWants(Peer, [new WantEntry(CidOf(1), SendDontHave: true)], isFull: false, _refused);
        var taken = _core.Take(Peer)!.Value;
        _core.OnBlocks([CidOf(1).Hash]);
        Assert.False(ServerCore.OnAbsent(taken));
        Assert.NotNull(_core.Take(Peer));
    }

    [Fact]
    public void Who_asked_whether_and_now_wants_the_block_gets_it()
    {
        _core.OnWants(Peer, [new WantEntry(CidOf(1), WantType.Have)], isFull: false, _refused);
        var taken = _core.Take(Peer)!.Value;
        Assert.False(taken.WantsBlock);
        Want(Peer, (1, 1));
        _core.OnAnswered(taken);
        Assert.True(_core.Take(Peer)!.Value.WantsBlock);
    }

    [Fact]
    public void An_answer_that_got_lost_is_given_again_unless_the_peer_is_gone()
    {
        Want(Peer, (1, 1));
        var taken = _core.Take(Peer)!.Value;
        _core.OnAnswered(taken);
        _core.OnLost(taken);
        Assert.Equal([1], TakeAll(Peer));

        _core.Remove(Peer);
        _core.OnLost(taken);
        Assert.Equal(0, _core.WantCount);
        Assert.Null(_core.Take(Peer));
    }

    [Fact]
    public void A_list_that_is_full_takes_no_more_and_says_so_to_who_asks()
    {
        Want(Peer, [.. Enumerable.Range(0, 100).Select(static i => (i, 1))]);
        _core.OnWants(Peer, [new WantEntry(CidOf(500), SendDontHave: true), new WantEntry(CidOf(501))], isFull: false, _refused);
        Assert.Equal([(Peer, CidOf(500))], _refused);
        Assert.Equal(100, _core.WantCount);
    }

    [Fact]
    public void What_is_not_here_makes_room_in_a_full_list()
    {
        Want(Peer, [.. Enumerable.Range(0, 100).Select(static i => (i, 1))]);
        ServerCore.OnAbsent(_core.Take(Peer)!.Value);
        Want(Peer, (500, 1));
        Assert.Empty(_refused);
        Assert.Equal(100, _core.WantCount);
        Assert.Contains(500, TakeAll(Peer));
    }

    [Fact]
    public void All_peers_together_have_a_limit()
    {
        Want(Peer, [.. Enumerable.Range(0, 100).Select(static i => (i, 1))]);
        Want(Other, [.. Enumerable.Range(0, 100).Select(static i => (i, 1))]);
        Assert.Equal(150, _core.WantCount);
    }

    [Fact]
    public void Peers_that_fill_the_list_with_what_is_not_here_do_not_keep_another_out()
    {
        var others = Enumerable.Range(0, 2).Select(static _ => NewPeer()).ToArray();
        foreach (var other in others)
        {
            Want(other, [.. Enumerable.Range(0, 75).Select(static i => (i, 1))]);
            while (_core.Take(other) is { } taken) ServerCore.OnAbsent(taken);
        }

        _core.OnWants(Peer, [.. Enumerable.Range(500, 40).Select(static i => new WantEntry(CidOf(i), SendDontHave: true))], isFull: false, _refused);
        Assert.Empty(_refused);
        Assert.Equal(150, _core.WantCount);
        Assert.Equal(Enumerable.Range(500, 40), TakeAll(Peer));
        Assert.All(others, other => Assert.Equal((55, 55), (_core.Ledger(other).Waiting, _core.Ledger(other).Wants.Count)));
    }

    [Fact]
    public void Who_wants_the_most_and_takes_nothing_gives_way_and_hears_so()
    {
        _core.OnWants(Other, [.. Enumerable.Range(0, 100).Select(static i => new WantEntry(CidOf(i), SendDontHave: true))], isFull: false, _refused);
        Want(Peer, [.. Enumerable.Range(0, 100).Select(static i => (i, 1))]);
        Assert.Equal(150, _core.WantCount);
        Assert.InRange(_core.Ledger(Peer).Queued, 74, 76);
        Assert.Equal(100 - _core.Ledger(Other).Queued, _refused.Count);
        Assert.All(_refused, static refused => Assert.Equal(Other, refused.Peer));
        Assert.Equal(_core.Ledger(Other).Queued, TakeAll(Other).Count);
    }

    [Fact]
    public void Whoever_asks_and_cancels_without_end_costs_no_memory()
    {
        for (var i = 0; i < 100_000; i++)
        {
            Want(Peer, (i % 7, i));
            if (i % 3 == 0) _core.OnWants(Peer, [new WantEntry(CidOf(i % 7), IsCancel: true)], isFull: false, _refused);
        }

        Assert.InRange(_core.Ledger(Peer).Places, 0, 200);
        Assert.InRange(_core.WantCount, 0, 7);
    }

    [Fact]
    public void A_model_of_the_list_agrees_with_any_history()
    {
        var random = new Random(9);
        for (var round = 0; round < Soak.Count(20, 2000); round++)
        {
            var core = new ServerCore(new BitswapOptions());
            var model = new Dictionary<int, bool>();
            for (var step = 0; step < 300; step++)
            {
                var number = random.Next(20);
                switch (random.Next(5))
                {
                    case 0 or 1:
                        core.OnWants(Peer, [new WantEntry(CidOf(number), Priority: random.Next(5))], isFull: false, _refused);
                        model[number] = true;
                        break;
                    case 2:
                        core.OnWants(Peer, [new WantEntry(CidOf(number), IsCancel: true)], isFull: false, _refused);
                        model.Remove(number);
                        break;
                    case 3 when core.Take(Peer) is { } taken:
                        var key = Enumerable.Range(0, 20).Single(i => CidOf(i) == taken.Cid);
                        Assert.True(model[key]);
                        if (random.Next(2) == 0)
                        {
                            core.OnAnswered(taken);
                            model.Remove(key);
                        }
                        else
                        {
                            ServerCore.OnAbsent(taken);
                            model[key] = false;
                        }

                        break;
                    case 4:
                        core.OnBlocks([CidOf(number).Hash]);
                        if (model.ContainsKey(number)) model[number] = true;
                        break;
                }

                Assert.Equal(model.Count, core.WantCount);
                Assert.Equal(model.Values.Count(static queued => queued), core.Ledger(Peer).Queued);
                Assert.Equal(model.Values.Count(static queued => !queued), core.Ledger(Peer).Waiting);
            }
        }
    }

    private static Cid CidOf(int number) => Block.Create(Multicodec.Raw, BitConverter.GetBytes(number)).Cid;

    private static PeerId NewPeer()
    {
        using var key = PrivateKey.Generate();
        return PeerId.FromPublicKey(key.PublicKey);
    }

    private void Want(PeerId peer, params (int Number, int Priority)[] wants) =>
        _core.OnWants(peer, [.. wants.Select(static want => new WantEntry(CidOf(want.Number), Priority: want.Priority))], isFull: false, _refused);

    private List<int> TakeAll(PeerId peer)
    {
        var taken = new List<int>();
        while (_core.Take(peer) is { } want) taken.Add(Enumerable.Range(0, 600).First(i => CidOf(i) == want.Cid));
        return taken;
    }
}
