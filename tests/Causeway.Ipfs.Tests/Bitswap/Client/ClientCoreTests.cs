using Causeway.Cryptography.Keys;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Client;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Client;

/// <summary>What counts as asked for.</summary>
public sealed class ClientCoreTests
{
    private readonly ClientCore _core = new(new BitswapOptions());

    [Fact]
    public void What_a_peer_was_asked_for_before_it_was_away_may_still_come()
    {
        var (peer, cid) = (NewPeer(), CidOf(1));
        _core.OnConnected(peer, default);
        var session = _core.CreateSession();
        Assert.True(_core.AddProvider(session, peer, default));
        var want = _core.Want(session, cid, default);
        Assert.True(_core.WasAsked(peer, cid.Hash));

        _core.OnDisconnected(peer, default);
        _core.Unwant(want, default);
        _core.OnConnected(peer, default);
        Assert.True(_core.WasAsked(peer, cid.Hash));
        Assert.False(_core.WasAsked(peer, CidOf(2).Hash));
    }

    [Fact]
    public void Who_lets_us_wait_three_times_in_a_row_leaves_the_session()
    {
        var peer = NewPeer();
        var session = _core.CreateSession();
        _core.AddProvider(session, peer, default);
        _core.Want(session, CidOf(1), default);
        var strikes = 0;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromSeconds(55); now += TimeSpan.FromSeconds(0.5))
        {
            var owed = session.Peers.Sum(static other => other.Outstanding);
            _core.OnTick(now);
            if (owed > session.Peers.Sum(static other => other.Outstanding)) strikes++;
            Assert.Equal(strikes < 3 ? 1 : 0, session.Peers.Count);
        }

        Assert.Equal(3, strikes);
    }

    [Fact]
    public void Of_a_session_that_was_closed_meanwhile_nothing_is_waited_for()
    {
        var session = _core.CreateSession();
        var want = _core.Want(session, CidOf(1), default);
        _core.CloseSession(session, default);
        Assert.True(want.Completed.IsFaulted);
        Assert.Throws<ObjectDisposedException>(() => _core.Want(session, CidOf(2), default));
        Assert.Equal(0, _core.WantCount);
    }

    [Fact]
    public void What_is_wanted_no_longer_is_remembered_within_bounds()
    {
        var recent = new RecentHashes(2);
        for (byte i = 1; i <= 3; i++)
        {
            recent.Add(CidOf(i).Hash);
            recent.Add(CidOf(i).Hash);
        }

        Assert.False(recent.Contains(CidOf(1).Hash));
        Assert.True(recent.Contains(CidOf(2).Hash));
        Assert.True(recent.Contains(CidOf(3).Hash));
    }

    private static PeerId NewPeer()
    {
        using var key = PrivateKey.Generate();
        return PeerId.FromPublicKey(key.PublicKey);
    }

    private static Cid CidOf(byte content) => Block.Create(Multicodec.Raw, new[] { content }).Cid;
}
