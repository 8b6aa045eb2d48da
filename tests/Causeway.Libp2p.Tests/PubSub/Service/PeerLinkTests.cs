using Causeway.Libp2p.PubSub.Service;

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
}
