using System.Net;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.AutoNat.Server;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

public sealed class RequestLimiterTests
{
    private static readonly IPAddress Address = IPAddress.Parse("20.0.0.1");

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_peer_gets_its_share_of_each_minute()
    {
        var limiter = new RequestLimiter(new AutoNatServerOptions { RequestsPerMinuteAndPeer = 3 }, _time);
        var peer = NewPeer();
        for (var i = 0; i < 3; i++) Assert.True(Pass(limiter, peer, Address));
        Assert.False(Pass(limiter, peer, Address));
        Assert.True(Pass(limiter, NewPeer(), Address));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(Pass(limiter, peer, Address));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Pass(limiter, peer, Address));
    }

    [Theory]
    [InlineData("20.0.0.1", "20.0.0.1", false)]
    [InlineData("20.0.0.1", "20.0.0.2", true)]
    [InlineData("2a00::1", "2a00::2", false)]
    [InlineData("2a00::1", "2a00:1::1", true)]
    public void An_address_has_one_share_for_all_of_its_peers(string first, string second, bool isLetIn)
    {
        var limiter = new RequestLimiter(new AutoNatServerOptions { RequestsPerMinuteAndAddress = 2 }, _time);
        for (var i = 0; i < 2; i++) Assert.True(Pass(limiter, NewPeer(), IPAddress.Parse(first)));
        Assert.Equal(isLetIn, Pass(limiter, NewPeer(), IPAddress.Parse(second)));
    }

    [Fact]
    public void Requests_under_way_are_limited_per_peer_and_in_all()
    {
        var limiter = new RequestLimiter(new AutoNatServerOptions { MaxConcurrent = 3, MaxConcurrentPerPeer = 2 }, _time);
        var (one, other) = (NewPeer(), NewPeer());
        Assert.True(limiter.TryEnter(one, Address));
        Assert.True(limiter.TryEnter(one, Address));
        Assert.False(limiter.TryEnter(one, Address));
        Assert.True(limiter.TryEnter(other, Address));
        Assert.False(limiter.TryEnter(NewPeer(), Address));
        limiter.Leave(one);
        Assert.True(limiter.TryEnter(one, Address));
    }

    [Fact]
    public void Dials_that_cost_data_have_a_limit_of_their_own()
    {
        var limiter = new RequestLimiter(new AutoNatServerOptions { DialDataPerMinute = 1 }, _time);
        Assert.True(limiter.TryEnterData());
        Assert.False(limiter.TryEnterData());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(limiter.TryEnterData());
    }

    [Fact]
    public void No_more_is_remembered_than_a_minute_lets_in()
    {
        var limiter = new RequestLimiter(new AutoNatServerOptions(), _time);
        for (var i = 0; i < 500; i++) Pass(limiter, NewPeer(), new IPAddress(0x20000000L + i));
        Assert.InRange(limiter.Remembered, 1, 3 * new AutoNatServerOptions().RequestsPerMinute);
        _time.Advance(TimeSpan.FromMinutes(1));
        Pass(limiter, NewPeer(), Address);
        Assert.Equal(2, limiter.Remembered);
    }

    private static bool Pass(RequestLimiter limiter, Multiformats.PeerId peer, IPAddress address)
    {
        if (!limiter.TryEnter(peer, address)) return false;
        limiter.Leave(peer);
        return true;
    }
}
