using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Tests.Hosts;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Identify;

/// <summary>Peers that do not answer a query at once.</summary>
public sealed class IdentifyRetryTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_peer_that_failed_to_answer_is_asked_again_while_it_is_connected()
    {
        await using var hosts = new TestHosts();
        var host = await hosts.StartAsync(b => b.UseTime(_time));
        using var events = new EventLog(host);
        await using var peer = await HandMadePeer.ConnectAsync(host, hosts.Network);
        for (var failures = 0; failures < 2; failures++) await FailAsync(peer);
        await HandMadePeer.AnswerAsync(await NextAsync(peer.AcceptAsync()));
        await events.NextAsync<HostEvent.PeerIdentified>();
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_asked_three_times()
    {
        await using var hosts = new TestHosts();
        var host = await hosts.StartAsync(b => b.UseTime(_time));
        await using var peer = await HandMadePeer.ConnectAsync(host, hosts.Network);
        for (var failures = 0; failures < 3; failures++) await FailAsync(peer);
        var fourth = peer.AcceptAsync();
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await peer.Muxer.PingAsync(Patience);
        }

        Assert.False(fourth.IsCompleted);
        peer.Muxer.Abort(new InvalidOperationException("Enough."));
        await Assert.ThrowsAnyAsync<Exception>(() => fourth);
    }

    private async Task FailAsync(HandMadePeer peer)
    {
        await using MuxedStream? stream = await NextAsync(peer.Muxer.AcceptStreamAsync(Patience).AsTask());
        stream!.Abort();
    }

    // The clock moves on until the host has asked.
    private async Task<T> NextAsync<T>(Task<T> accepting)
    {
        await Eventually.HoldsAsync(() =>
        {
            if (accepting.IsCompleted) return true;
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return false;
        });
        return await accepting;
    }
}
