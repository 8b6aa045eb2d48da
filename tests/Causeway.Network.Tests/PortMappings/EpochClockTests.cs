using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.Tests.PortMappings;

public sealed class EpochClockTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(0, 100, 100, false)]
    [InlineData(0, 100, 99, false)] // a second of rounding
    [InlineData(0, 100, 98, true)] // backwards
    [InlineData(1000, 100, 1100, false)]
    [InlineData(1000, 100, 1050, false)] // slow, within a sixteenth
    [InlineData(1000, 100, 1030, true)] // too slow: it restarted, and its count has overtaken
    [InlineData(1000, 100, 0, true)]
    [InlineData(1000, 100, 1160, false)] // fast, within a sixteenth
    [InlineData(1000, 100, 1180, true)]
    [InlineData(10, uint.MaxValue, 5, true)]
    public void A_router_whose_clock_does_not_run_as_ours_has_restarted(int elapsed, uint before, uint after, bool hasRestarted)
    {
        var clock = new EpochClock(_time);

        Assert.False(clock.HasRestarted(before));
        _time.Advance(TimeSpan.FromSeconds(elapsed));
        Assert.Equal(hasRestarted, clock.HasRestarted(after));
        Assert.False(clock.HasRestarted(after));
    }
}
