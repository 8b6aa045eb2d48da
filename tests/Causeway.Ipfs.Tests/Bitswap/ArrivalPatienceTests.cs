using Causeway.Ipfs.Bitswap.Peers;

namespace Causeway.Ipfs.Tests.Bitswap;

/// <summary>How long a message may take.</summary>
public sealed class ArrivalPatienceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_slow_line_has_its_time_for_each_piece()
    {
        using var patience = new ArrivalPatience(_time, Limit, default);
        for (var i = 0; i < 256; i++)
        {
            _time.Advance(Limit - TimeSpan.FromSeconds(1));
            Assert.False(patience.Token.IsCancellationRequested);
            patience.Arrived(ArrivalPatience.PieceLength / 2);
            patience.Arrived(ArrivalPatience.PieceLength / 2);
        }

        _time.Advance(Limit);
        Assert.True(patience.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_byte_now_and_then_is_no_progress()
    {
        using var patience = new ArrivalPatience(_time, Limit, default);
        for (var i = 0; i < 30; i++)
        {
            Assert.False(patience.Token.IsCancellationRequested);
            patience.Arrived(1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(patience.Token.IsCancellationRequested);
    }

    [Fact]
    public void It_is_over_when_the_caller_gives_up()
    {
        using var caller = new CancellationTokenSource();
        using var patience = new ArrivalPatience(_time, Limit, caller.Token);
        caller.Cancel();
        Assert.True(patience.Token.IsCancellationRequested);
    }
}
