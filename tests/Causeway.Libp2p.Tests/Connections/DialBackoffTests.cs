using Causeway.Libp2p.Connections.Dialing;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class DialBackoffTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_pause_doubles_up_to_a_limit_and_success_clears_it()
    {
        var backoff = Create(jitter: 0.5);
        Assert.Equal(TimeSpan.Zero, backoff.RemainingOf("a"));
        foreach (var seconds in new[] { 1, 2, 4, 8, 10, 10 })
        {
            backoff.Failed("a");
            Assert.Equal(TimeSpan.FromSeconds(seconds), backoff.RemainingOf("a"));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(TimeSpan.Zero, backoff.RemainingOf("a"));
        }

        Assert.Equal(TimeSpan.Zero, backoff.RemainingOf("b"));
        backoff.Clear("a");
        backoff.Failed("a");
        Assert.Equal(TimeSpan.FromSeconds(1), backoff.RemainingOf("a"));
    }

    [Theory]
    [InlineData(0, 750)]
    [InlineData(1, 1250)]
    public void Jitter_moves_the_pause_by_a_quarter(double random, int milliseconds)
    {
        var backoff = Create(random);
        backoff.Failed("a");
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), backoff.RemainingOf("a"));
    }

    [Fact]
    public void A_failure_after_a_long_quiet_time_starts_from_the_beginning()
    {
        var backoff = Create(0.5);
        for (var i = 0; i < 3; i++) backoff.Failed("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        backoff.Failed("a");
        Assert.Equal(TimeSpan.FromSeconds(1), backoff.RemainingOf("a"));
    }

    [Fact]
    public void Memory_is_bounded_and_swept()
    {
        var backoff = Create(0.5);
        for (var i = 0; i < 20_000; i++) backoff.Failed($"peer {i}");
        Assert.InRange(backoff.Count, 1, 4096);
        Assert.True(backoff.Knows("peer 19999"));
        _time.Advance(TimeSpan.FromMinutes(1));
        backoff.Sweep();
        Assert.Equal(0, backoff.Count);
    }

    private DialBackoff<string> Create(double jitter) => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), _time, () => jitter);
}
