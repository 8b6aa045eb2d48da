using Causeway.Lab.Links;

namespace Causeway.Lab.Tests.Links;

/// <summary>The core of an emulated link, on a clock of nanoseconds that the test moves.</summary>
public sealed class DelayLineTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void A_frame_comes_out_when_the_delay_is_over_and_no_earlier()
    {
        var line = new DelayLine(new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) }, 0, 8);
        Assert.Null(line.NextDue);
        Assert.True(line.TryEnter(3, 100, 1_000));
        Assert.True(line.TryEnter(5, 200, 2_000));
        Assert.Equal((40 * Millisecond) + 1_000, line.NextDue);
        Assert.False(line.TryLeave((40 * Millisecond) + 999, out _, out _));
        Assert.Equal((3, 100), Leave(line, (40 * Millisecond) + 1_000));
        Assert.False(line.TryLeave((40 * Millisecond) + 1_999, out _, out _));
        Assert.Equal((5, 200), Leave(line, (40 * Millisecond) + 2_000));
        Assert.Null(line.NextDue);
        Assert.False(line.TryLeave(long.MaxValue, out _, out _));
        Assert.Equal(new DirectionStatistics(2, 300, 0, 0), line.Statistics);
    }

    [Fact]
    public void A_shorter_delay_lets_no_frame_overtake()
    {
        var line = new DelayLine(new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) }, 0, 8);
        line.TryEnter(0, 1, 0);
        line.Conditions = LinkConditions.None;
        line.TryEnter(1, 1, Millisecond);
        line.TryEnter(2, 1, 50 * Millisecond);
        Assert.False(line.TryLeave((40 * Millisecond) - 1, out _, out _));
        Assert.Equal([0, 1], [Leave(line, 40 * Millisecond).Slot, Leave(line, 40 * Millisecond).Slot]);
        Assert.Equal(2, Leave(line, 50 * Millisecond).Slot);
    }

    [Fact]
    public void A_rate_spaces_frames_by_their_length_and_bounds_what_waits()
    {
        // 1000 bytes at 8 Mbit/s take a millisecond.
        var line = new DelayLine(
            new LinkConditions { BitsPerSecond = 8_000_000, Delay = TimeSpan.FromMilliseconds(5), Buffer = TimeSpan.FromMilliseconds(2) }, 0, 8);
        Assert.True(line.TryEnter(0, 1000, 0));
        Assert.True(line.TryEnter(1, 500, 0));
        Assert.True(line.TryEnter(2, 1000, 0));
        Assert.False(line.TryEnter(3, 1, 0));
        Assert.Equal(6 * Millisecond, line.NextDue);
        Leave(line, 6 * Millisecond);
        Assert.Equal(6_500_000, line.NextDue);
        Leave(line, 6_500_000);
        Assert.Equal(7_500_000, line.NextDue);
        Assert.True(line.TryEnter(3, 1000, Millisecond));
        Assert.Equal(new DirectionStatistics(4, 3500, 0, 1), line.Statistics);

        // A link that has been idle owes nothing and is owed nothing.
        Leave(line, 100 * Millisecond);
        Leave(line, 100 * Millisecond);
        line.TryEnter(4, 1000, 100 * Millisecond);
        Assert.Equal(106 * Millisecond, line.NextDue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Exactly_the_frames_that_the_seeded_generator_names_are_lost(int seedOffset)
    {
        var line = new DelayLine(new LinkConditions { Loss = 0.2, Seed = 42 }, seedOffset, 1);
        var now = 0L;
        AssertLoses(42 + seedOffset, draws: 0);

        // Another share goes on with the same draws, another seed begins anew.
        line.Conditions = line.Conditions with { Loss = 0.6 };
        AssertLoses(42 + seedOffset, draws: 1000);
        line.Conditions = line.Conditions with { Seed = 9 };
        AssertLoses(9 + seedOffset, draws: 0);

        void AssertLoses(int seed, int draws)
        {
            var generator = new LossGenerator(seed);
            for (var i = 0; i < draws; i++) generator.Next();
            for (var i = 0; i < 1000; i++)
            {
                Assert.Equal(!generator.NextIsLost(line.Conditions.Loss), line.TryEnter(i, 60, now));
                line.TryLeave(now++, out _, out _);
            }
        }
    }

    [Fact]
    public void A_full_line_takes_nothing_more_and_its_places_are_used_again()
    {
        var line = new DelayLine(new LinkConditions { Delay = TimeSpan.FromSeconds(1) }, 0, 3);
        for (var round = 0L; round < 5; round++)
        {
            var now = round * 2_000_000_000;
            for (var i = 0; i < 3; i++) Assert.True(line.TryEnter(i, 60, now));
            Assert.False(line.TryEnter(3, 60, now));
            for (var i = 0; i < 3; i++) Assert.Equal(i, Leave(line, now + 1_000_000_000).Slot);
        }

        Assert.Equal(new DirectionStatistics(15, 900, 0, 5), line.Statistics);
    }

    private static (int Slot, int Length) Leave(DelayLine line, long now)
    {
        Assert.True(line.TryLeave(now, out var slot, out var length));
        return (slot, length);
    }
}
