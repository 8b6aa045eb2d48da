using Causeway.Libp2p.PubSub.Service;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Tests.Hosts;

namespace Causeway.Libp2p.Tests.PubSub.Service;

public sealed class PeerLinkTests
{
    [Fact]
    public void Failures_in_a_row_make_the_next_attempt_wait_longer_until_a_stream_has_held()
    {
        var link = new PeerLink(TestPeers.Id(1), new FrameQueue(1, 1));
        var now = TimeSpan.Zero;
        for (var i = 0; i < 20; i++) link.Failed(now);
        Assert.Equal(now + TimeSpan.FromSeconds(25.6), link.RetryAt);

        link.Opened(now);
        now += TimeSpan.FromSeconds(1);
        link.Failed(now);
        Assert.Equal(now + TimeSpan.FromSeconds(25.6), link.RetryAt);

        link.Opened(now);
        now += TimeSpan.FromSeconds(61);
        link.Failed(now);
        Assert.Equal(now + TimeSpan.FromMilliseconds(100), link.RetryAt);
    }

    [Fact]
    public async Task What_is_for_a_peer_that_talks_to_us_may_wait_for_the_next_attempt()
    {
        var link = new PeerLink(TestPeers.Id(1), new FrameQueue(1, 1));
        Assert.False(link.IsWritable);
        link.Failed(TimeSpan.Zero);
        Assert.False(link.IsWritable);
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        await using var stream = await one.OpenStreamAsync(two.Id, ["/any"], Some.Patience);
        link.Reader = new FrameReader(stream, new RpcLimits(1, 1, 1, 1, 1, 1), 1, TimeProvider.System, static (_, _) => { });
        Assert.True(link.IsWritable);
        link.Retry();
        Assert.False(link.IsWritable);
        link.IsOpening = true;
        Assert.True(link.IsWritable);
    }
}
